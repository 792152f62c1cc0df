# Words of worklist, flags, rules, people, tokens, audit and background work.
work-colon = :{" "}
work-days = { $count ->
    [one] { $shown } day
   *[other] { $shown } days
}
work-months = { $count ->
    [one] { $shown } month
   *[other] { $shown } months
}
worklist-lead = { $count ->
    [one] { $shown } thing waits for you.
   *[other] { $shown } things wait for you.
}
worklist-late = { $count ->
    [one] { $shown } system is overdue.
   *[other] { $shown } systems are overdue.
}
worklist-stale = { $count ->
    [one] { $shown } system is being evaluated anew.
   *[other] { $shown } systems are being evaluated anew.
}
worklist-no-role = Your account has no role today, so there is nothing that you may see or do. Ask an administrator for a grant.
worklist-to-decide = Move it to the cloud, or justify its staying
worklist-decide = Decide
worklist-missing = Place not known
worklist-no-place = Nobody has said where it runs
worklist-fill-in = Fill in
worklist-open = Open
worklist-imports = Imports to finish
worklist-import-read = Confirm what the columns mean
worklist-import-checked = Checked, not applied yet
worklist-import-refused = { $count ->
    [one] Checked; { $shown } row is refused
   *[other] Checked; { $shown } rows are refused
}
worklist-continue = Continue
worklist-requests = Requests to decide
worklist-request = A request to move to the cloud was handed in
worklist-submitted = submitted { $date }
worklist-import-departments = Import departments
worklist-import-systems = Import systems
worklist-by-hand = Register by hand
news-create = { $name } was registered ({ $kind })
news-update = { $name } was changed ({ $kind })
news-standing = { $name }: { $standing }
news-import = Import of { $kind } by { $who }
news-undo = Import of { $kind } taken back by { $who }
flags-lead = Each flag is one hit of one rule. It closes by itself when the facts change.
flags-severity = Severity
flags-subject = About
flags-sentence = What is so
flags-rule = Rule
flags-deadline = Deadline
flags-first-seen = First seen
flags-empty = No open flags
flags-empty-text = Nothing that you may see breaks a rule today.
standing-when = When
standing-not-applicable = A system of an upper level, or out of scope; set by an operator with a reason
standing-retired = Off, verified, and what became of its data is recorded
standing-not-live = Under construction, with its go-live ahead
standing-unassessed = No production place is known; asked for, never counted as off the cloud
standing-on-cloud = Every production place is in a zone that counts as cloud, and no old one is still in service
standing-excepted = An exception in force covers every place outside the cloud
standing-migrating = A migration past approval, not suspended, not later than twice its time
standing-retiring = Retirement approved, with its date ahead
standing-planned = A migration handed in, or a wave ahead
standing-unjustified = Everything else: must move or justify, by a deadline
pack-name = Pack
pack-policy-date = The duty holds since
pack-decide = Time to move or justify
pack-not-live = Under construction without a date, at most
pack-retiring = From approved retirement to its date, at most
pack-migration = A migration without planned cut-over
pack-late = A migration protects until its time
pack-pue = Smallest believable PUE
pack-holidays = Holidays known until
pack-no-holidays = not known
pack-time-zone = Time zone
people-new = New person
people-new-lead = The person gets a one-time link to set a password; it is shown on the next page, once.
people-create = Create
people-login-help = 2 to 64 letters, digits or . - _ @
people-active = Active
people-locked = Deactivated
people-no-password = No password yet
people-none = Nobody found.
people-role = Role
people-scope = Department and everything below
people-scope-help = Empty: the whole city. Needed for Department IT.
people-from = From
people-from-help = Empty: from today.
people-to = To
people-to-help = Empty: without end.
people-deputy = Deputy for
people-deputy-help = The account of the person who is stood in for; only with a last day. Whoever stands in for another counts as that person when requests are decided.
people-deputy-of = { $role }, deputy for { $name }
people-link = New password link
people-lock = Deactivate
people-unlock = Activate
people-locked-done = The account is deactivated; its sessions, tokens and links have ended.
people-unlocked = The account is active again.
people-since = Since
people-revoke = Revoke
people-revoked = Revoked
people-revoked-done = The grant is revoked.
people-granted = The role is granted.
people-holds = Holds
people-holds-not = Not today
people-city = Whole city
people-department-gone = Department removed
people-no-grants = No roles.
token-begins = Begins with
token-scope = May
token-read = Read
token-write = Read and change
token-used = Last used
token-expires = Expires
token-revoke = Revoke
token-revoked = Revoked
token-expired = Expired
token-revoked-done = The token is revoked.
token-name-help = Say where it is used.
token-days = Lives for
token-days-unit = days
tokens-none = You have no tokens.
audit-lead = Everything that happened, newest first. Entries are sealed in a chain, so that nothing can be altered or removed unseen.
audit-verify = Verify the seals
audit-sound = { $entries } entries under { $seals } seals were checked: nothing was altered or removed.
audit-none = No entries.
audit-nobody = Nobody signed in
audit-who = Who
audit-subject = About
audit-door = Through
audit-an-import = Import
audit-a-person = Person
audit-create = Registered
audit-update = Changed
audit-remove = Removed
audit-assess = New standing
audit-import = Imported
audit-undo-import = Import taken back
audit-sign-in = Signed in
audit-sign-in-failed = Sign-in failed
audit-sign-out = Signed out
audit-sign-out-everywhere = Signed out everywhere
audit-set-password = Set a password
audit-make-link = Made a password link
audit-grant = Granted a role
audit-revoke = Revoked a role
audit-lock = Deactivated
audit-unlock = Activated
audit-create-token = Made a token
audit-revoke-token = Revoked a token
jobs-title = Background work
jobs-lead = The newest hundred; ended ones are kept for 30 days.
jobs-none = Nothing has run yet.
job-import-check = Check an import
job-import-apply = Apply an import
job-evaluate = Evaluate the rules
job-queued = Queued
job-running = Running
job-done = Done
job-failed = Failed
job-attempts = Tries
job-asked = Asked for
job-changed = Changed
job-outcome = Why it failed
