# Words of the pages around the register: account, imports, overview, worklist, flags, rules, people, audit.
account-title = My account
account-self = Who you are
account-sessions = Where you are signed in
account-browser = Browser
account-peer = Address
account-began = Signed in
account-seen = Last seen
account-this-session = This one
account-end = End
account-end-all = Sign out everywhere
account-ended = The session has ended.
account-password = New password
account-password-save = Change the password
account-password-note = Changing it ends every other session.
account-password-done = The password is changed; other sessions have ended.
account-language = Language
account-language-done = The language is set.
password-old = Present password
password-new = New password
password-again = Once more
password-help = At least { $least } characters; a sentence is fine.
password-differs = The two are not the same.
person-name = Name
col-do = Do
col-by = By
col-when = When
col-state = State
col-what = What
col-name = Name
col-code = Code
col-department = Department
col-change = Change
col-roles = Roles
ask-reason = Reason
ask-reason-missing = Give the reason; it stands in the audit trail.
problem-back = Back to the page
problem-wait = { $count ->
    [one] Try again in { $shown } second.
   *[other] Try again in { $shown } seconds.
}
band-overdue = Overdue
band-week = Within 7 days
band-ninety = Within 90 days
band-later = Later
band-expired = Expired
rate-net = Net cloud rate
rate-net-how = exceptions left out
rate-raw = Raw cloud rate
rate-raw-how = all systems under the rule
overview-as-of = As of { $moment }
overview-waiting = { $count ->
    [one] { $shown } system waits for its first evaluation
   *[other] { $shown } systems wait for their first evaluation
}
overview-due = { $late } overdue, { $soon } more within 7 days
overview-rooms-chart = Rooms by recognition
overview-unknown-place = place not known
overview-exceptions-ending = Exceptions ending
overview-exceptions-expired = { $count ->
    [one] within 90 days; { $shown } has expired
   *[other] within 90 days; { $shown } have expired
}
overview-rooms-closing = Rooms to close
overview-rooms-all = { $count ->
    [one] of { $shown } room
   *[other] of { $shown } rooms
}
overview-under-way = Under way
overview-deadlines = Systems to decide on, by deadline
overview-exceptions = Exceptions by expiry
overview-recognition = Recognition
overview-no-systems = No systems are registered yet.
overview-no-rooms = No rooms are registered yet.
import-begin = Import a file
import-title = Import { $kind }
import-none = No imports yet
import-none-text = Begin with departments, then rooms and systems. Every file is checked before anything is stored, and a whole import can be undone.
import-kind-short = Kind
import-rows = Rows
import-row-count = { $count ->
    [one] { $shown } row
   *[other] { $shown } rows
}
import-new = New
import-changed = Changed
import-unchanged = Unchanged
import-refused-short = Refused
import-new-rows = New rows
import-changed-rows = Changed rows
import-no-rows = No rows.
import-discard = Discard
import-state-read = Columns to confirm
import-state-checking = Being checked
import-state-checked = To be applied
import-state-applying = Being applied
import-state-applied = Applied
import-state-undone = Undone
import-state-cancelled = Discarded
import-note-departments = First: everything refers to them
import-note-data-centers = One room a row
import-note-zones = One cloud zone a row
import-note-clusters = One cluster a row
import-note-systems = One system a row
import-note-components = One server, VM or container a row
import-note-legal-bases = One document a row, with the days on which it takes effect and is repealed
import-note-exceptions = Decisions made before
import-note-migrations = Requests made before
import-limits = CSV, TSV or Excel (xlsx, xls), up to 64 MB and 1,000,000 rows. The encoding is recognised (UTF-8, GB18030, Big5, UTF-16 and others).
import-pasted = Pasted table.tsv
import-choose-kind = Choose what to import.
import-choose-file = Choose a file, or paste a table with its header.
import-again-text = The file itself was not kept, so that nothing in it can leak. Choose it again to read it with other settings.
import-how-same = same name
import-how-synonym = synonym
import-how-chosen = chosen before
import-key = Rows find their records by { $keys }. A blank cell never clears a value.
import-key-code = code
import-key-source = source and the source's own key
import-key-name = department and name
import-key-else = ; else by{" "}
import-key-none = No column tells which record a row means: give a column to Code or Name.
import-no-field = Column “{ $header }”: there is no field called “{ $field }”. Choose one of the list, or leave it empty.
import-field-twice = Column “{ $header }”: the field “{ $field }” already has a column.
separator-comma = Comma ,
separator-tab = Tab
separator-semicolon = Semicolon ;
separator-bar = Bar |
import-summary = { $rows } rows: { $new } new, { $changed } changed, { $same } unchanged, { $refused } refused.
import-missing = { $count } names in { $rows } rows are not in the register: { $kind }
import-missing-see = { $count ->
    [one] Create the { $shown } department named here
   *[other] Create the { $shown } departments named here
}
import-missing-first = Import { $kind } first
import-missing-title = Departments named in the file
import-missing-lead = { $count ->
    [one] { $shown } department would be created, then all rows are checked again. Undoing the import takes it back too.
   *[other] { $shown } departments would be created, then all rows are checked again. Undoing the import takes them back too.
}
import-missing-create = { $count ->
    [one] Create { $shown } department
   *[other] Create { $shown } departments
}
import-missing-done = { $count ->
    [one] { $shown } department created; all rows were checked again.
   *[other] { $shown } departments created; all rows were checked again.
}
import-unit = Unit below it
import-short-name = Short name
import-classified = Marked classified and refused: row { $rows }. Nothing of these rows was kept; classified systems are never described here. Delete them from the file.
import-suggestion = Suggestion: { $text }
import-first-shown = The first { $shown } of { $all } are shown.
import-large = { $count ->
    [one] { $shown } record would change: more than a third of what is registered. Make sure that file and columns are the right ones.
   *[other] { $shown } records would change: more than a third of what is registered. Make sure that file and columns are the right ones.
}
import-check-again = Check again
import-refused-file = { $count ->
    [one] Download the refused row
   *[other] Download the { $shown } refused rows
}
import-partial = Leave the { $refused } refused rows out and apply the other { $rest }
import-nothing-to-do = No row would change anything, so there is nothing to apply.
import-all-refused = Every row is refused, so there is nothing to apply. Correct the file (download the refused rows below) or the mapping, and check again.
import-take = Take it for all such rows
import-taken = { $column }: “{ $from }” is read as “{ $to }” in every row; checked again.
import-apply-rows = { $count ->
    [one] Apply { $shown } row
   *[other] Apply { $shown } rows
}
import-checking = Checking the rows
import-waiting = Waiting for its turn
import-rows-done = { $done } of { $total } rows
import-speed = { $count ->
    [one] { $shown } row a second
   *[other] { $shown } rows a second
}
import-seconds-left = { $count ->
    [one] about { $shown } second left
   *[other] about { $shown } seconds left
}
import-committing = being made permanent
import-stopping = being stopped
import-applied = { $count ->
    [one] { $shown } row applied.
   *[other] { $shown } rows applied.
}
import-see-list = Show the list
import-records = Records of this import
import-record-gone = removed
import-undo = Undo this import
import-undo-title = Undo an import
import-undo-lead = { $new } records made by it would be removed and { $changed } put back as they were. If somebody has changed one of them since, nothing is taken back.
import-undo-help = Why it is taken back.
import-undone = This import was taken back.
import-undone-why = This import was taken back: { $why }
import-undone-done = The import was taken back.
import-was-cancelled = This import was discarded; nothing was stored.
