"""coopkg: how the EU and its member states cooperate with third countries against organised crime.

Read the modules in the order of the pipeline. `seeds` checks the tables and turns rows into
statements, `store` keeps them, `reason` derives what follows, `validate` holds the result against the
shapes, `positions`, `matrix`, `gaps` and `routes` ask it, `knowledge` says how much of it is known and `contradictions` where sources differ, `ledger` compares two days and names the `events`, `effect` compares tables not yet published, `figures` reads what `score` orders gaps by,
`derivation` and `explain` say why, `outline`, `provenance` and `export` write answers, `build` runs
all of it in `parts` that `worker` processes take and publishes the result under its `digest`, `cli` is
the command. Below them lie `vocab`, `errors`, `issue`, `settings`, `dates` and `ids`. A
module imports only from levels below its own; `tests/test_architecture.py` says which.
"""
