"""coopkg: how the EU and its member states cooperate with third countries against organised crime.

Read the modules in the order of the pipeline. `seeds` checks the tables and turns rows into
statements, `store` keeps them, `reason` derives what follows, `validate` holds the result against the
shapes, `positions` and `gaps` ask it, `export` writes answers, `build` runs all of it and publishes
the result, `cli` is the command. Below them lie `vocab`, `errors`, `issue`, `settings`, `dates` and
`ids`. A module imports only from levels below its own; `tests/test_architecture.py` says which.
"""
