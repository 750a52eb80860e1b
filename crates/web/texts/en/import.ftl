# Files of users and groups.

import-file = A file
import-text = You see first what the file would do. Rows that are known by id or sign-in name change whom they name; others make somebody new; nobody is deleted.
import-kind = What is in it
import-choose = File
import-choose-hint = CSV with a header line, JSON Lines, a list as Graph answers it, or LDIF; at most 3 MB
import-columns = Columns that are called otherwise
import-columns-hint = One on each line, as in Abteilung=department; nothing behind the = leaves the column out
import-look = See what it would do
import-large = Larger files
import-large-text = The command line takes files of any size, and shows its progress:
import-export = Out again
import-export-text = And it writes everybody into a file that can be brought in as it is:
import-empty = { $name } is empty: there is nothing in it to bring in.
import-no-file = Choose a file first. After a pause that was too long it has to be chosen again.
import-long = The file is longer than 3 MB. The command line takes it: syncline user import.
import-would = What the file would do
import-done = What the file did
import-is-in = The file is in.
import-interrupted = The server was about to end, so it stopped on the way. What was written stays; bring the file in again, which changes nothing twice.
import-new = new
import-changed = changed
import-unchanged = unchanged
import-refused = refused
import-managers = managers set
import-members = members added
import-go = { $count ->
        [one] Bring { $count } row in
       *[other] Bring { $count } rows in
    }
import-another = Another file
import-to-list = To the list
import-refused-file = Download the refused rows
import-ignored = Columns that are not taken over, with how many rows have them:
import-passed = Entries of other kinds, which are passed over:
import-refused-rows = Refused
import-left = References that lead nowhere
import-new-rows = New
import-changed-rows = Changed
import-first = The first { $count } are shown.
import-line = Line
import-why = Why
import-code = Code
import-who = Who
import-what = What
