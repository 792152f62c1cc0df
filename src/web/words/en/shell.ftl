# The frame, lists, forms, records: words every page shares.
product = Shangyun
product-line = Register of government IT systems
skip = Skip to content
nav-main = Main navigation
nav-open = Open navigation
nav-worklist = Worklist
nav-overview = Overview
nav-register = Register
nav-systems = Systems
nav-data-centers = Data centers
nav-components = Components
nav-zones = Cloud zones
nav-departments = Departments
nav-legal-bases = Legal bases
nav-exceptions = Exceptions
nav-migrations = Migrations
nav-rules = Rules
nav-flags = Flags
nav-pack = Rules & pack
nav-data = Data
nav-imports = Imports
nav-admin = Admin
nav-people = People
nav-tokens = Tokens
nav-audit = Audit
search = Search
search-hint = Search systems, departments, rooms, codes
theme = Switch between light and dark
help = Help
help-page = Help page
sign-out = Sign out
crumbs = You are here
request-id = Request
close = Close
keys-title = Keyboard
keys-search = Search
keys-rows = Next row, previous row
keys-open = Open the row
keys-help = This list of keys
yes = Yes
no = No
unknown = Unknown
any = Any
all = All
more = More
from = From
to = To
comma = ,{" "}
ellipsis = …
choose = Choose
save = Save
cancel = Cancel
apply = Apply
field = Field
previous = Previous
next = Next
pages = Pages
show-all = { $count ->
    [one] Show it
   *[other] Show all { $shown }
}
show-all-text = Show all { $count }
show-more = Show more
and-more = and { $shown } more
systems-count = { $count ->
    [one] { $shown } system
   *[other] { $shown } systems
}
working-days = { $count ->
    [one] { $shown } working day
   *[other] { $shown } working days
}
due-left = { $left } left ({ $date })
due-today = Due today ({ $date })
due-left-short = { $count ->
    [one] 1 day left
   *[other] { $shown } days left
}
due-today-short = Today
due-over-short = { $count ->
    [one] 1 day late
   *[other] { $shown } days late
}
due-over = { $over } overdue ({ $date })
export = Export
export-note = Exactly these rows, with every field; the file can be imported again
list-search = Find in this list
filters-more = More filters
filters-on = Filters in force
filters-clear = Clear all
filter-remove = Remove filter: { $name }
filter-narrow = Type to narrow
columns = Columns
history = History
history-all = Show the complete history
record-answers = In short
missing = not given
missing-title = Missing information
standing = Standing
standing-stale = Being evaluated anew
flags = Flags
flags-none = No open flags.
flag-facts = Facts used
clause = Clause
remedy = Remedy:
hosting = Hosting
hosting-declared = Declared only, no components yet
hosting-components = Components
hosting-none = No place is known. Register components, or say on the system where it runs, and its standing follows.
department-due = Systems to decide on, by deadline
room-load = Load and power
room-stages = Way to closing
room-blockers = Still running here
field-required = Required
field-reference-hint = Type a code or a name
form-outline = On this page
form-required-note = Fields marked * are required
form-errors = { $count ->
    [one] { $shown } thing needs to be changed
   *[other] { $shown } things need to be changed
}
conflict-title = Somebody was faster
conflict-theirs = As stored now
conflict-yours = As you typed it
conflict-keep = Keep mine
conflict-drop = Drop mine
chart-period = Period
