"""coopkg: how the EU and its member states cooperate with third countries against organised crime.

Read the modules in the order of the pipeline. `seeds` checks the tables and turns rows into
statements, `store` keeps them, `reason` derives what follows, `validate` holds the result against the
shapes by `shacl`, `positions`, `matrix`, `gaps` and `routes` ask it, `knowledge` says how much of it is known and `contradictions` where sources differ, `ledger` compares two days and names the `events`, `effect` compares tables not yet published, `incoming` reads rows from files as people save them, `importing` plans and makes the change, `preview` says what it means, `proposals` are changes that others propose, `steward` looks at strangers' rows in a process of its own, `issue_words` and `table_words` say findings and tables in French, `entry` holds one record against the shapes, `inspection` gives all findings and `findings` writes them, `freshness` says what to check again, `figures` reads what `score` orders gaps by,
`derivation` and `explain` say why, `inferred` says what a country is classified as, `outline`, `provenance` and `export` write answers, `typeset` sets them as PDF, `build` runs
all of it in `parts` that `worker` processes take, puts their findings together as `whole` and publishes the result under its `digest`, `describe`,
`catalogue`, `revisions`, `feeds` and `dumps` give it away as linked data, `guard`, `answers`, `endpoint` and `service` answer strangers' queries, `frozen`, `bundle` and `verify` make results that can be cited and checked, `desk` arranges gaps by facets, `desk_rows` and `desk_files` hand its lines on, `plan` chooses steps, `expected` holds the saved questions against stated rows, `cli` is
the command. Below them lie `vocab`, `errors`, `issue`, `settings`, `dates` and `ids`. A
module imports only from levels below its own; `tests/test_architecture.py` says which.
"""
