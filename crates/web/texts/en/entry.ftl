# Sign-in and out.

entry-title = Sign in
entry-change = Choose a new password
entry-again = Send it again
entry-over = Your session is over. Sign in again.
entry-kept = Your session is over. Sign in again; what you filled in is kept.
entry-name = Name
entry-name-hint = As in ada@contoso.example
entry-password = Password
entry-new = New password
entry-new-hint = At least 8 characters
entry-new-again = New password again
entry-go = Sign in
entry-change-go = Change and sign in
entry-differ = The new passwords differ.
entry-must-change = Choose a new password before you go on.
entry-other = Other ways to sign in
entry-organization = Sign in with your organization
entry-operator = Operators of this server sign in with a one-time link, which this command prints:
entry-no-provider = There is no sign-in provider for that name here.

again-text = You are signed in again. This is what you had filled in:
again-go = Send it
again-drop = Drop it

operator-title = Sign in as an operator
operator-text = This one-time link makes you an operator of this server in this browser. Operators see every tenant.
operator-code = One-time code
operator-code-hint = It stands in the link behind the #, and is filled in for you.
operator-name = Your name
operator-name-hint = For the audit log. A link that was made for somebody keeps its name.
operator-line = The same link works on the command line, as long as it was not used:

said-signed-out = You are signed out.
