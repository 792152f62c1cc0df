# The register: lists, records, forms.
unit-people = people
unit-racks = racks
unit-servers = servers
unit-machines = machines
unit-hosts = hosts
unit-systems = systems
unit-cores = cores
unit-hours = h
moment-today = today { $time }
moment-yesterday = yesterday { $time }
did-import = imported it
did-create = registered it
did-update = { $count ->
    [one] changed { $shown } field
   *[other] changed { $shown } fields
}
did-remove = removed it
did-restore = restored it
did-assess = found a new standing
did-program = The program
door-console = console
door-api = API
door-command-line = command line
door-job = background
or-list = {" "}or{" "}
chip-text = Contains
chip-within = Within
chip-from = from { $value }
chip-to = until { $value }
list-range = { $from }–{ $to } of { $count }
list-stale = { $count ->
    [one] { $shown } record waits to be evaluated; its standing may be out of date.
   *[other] { $shown } records wait to be evaluated; their standing may be out of date.
}
list-stale-some = Some records wait to be evaluated; their standing may be out of date.
list-import = Import a list
list-none = Nothing matches
list-none-text = Remove a filter or try another word.
list-nothing = { $name }: nothing here yet
list-nothing-import = Upload the list you have as it is: columns are recognised, everything is checked first, and the import can be undone.
list-nothing-yours = Nothing has been registered that you may see.
new-department = Register a department
new-data-center = Register a machine room
new-zone = Register a cloud zone
new-system = Register a system
new-component = Register a component
new-exception = Record an exception
new-migration = Record a migration
