# People who could not go on.

escrow-title = Escrow
escrow-why = What holds people up
escrow-none = Nobody is held up.
escrow-who = Who waits
escrow-of = Who waits: { $code }
escrow-all = Everybody who waits
escrow-nobody = Nobody waits for that.
escrow-given-up = { $count } given up
escrow-gave-up = never; given up
escrow-more = There are more people than were counted here.
escrow-since = Since
escrow-retry = Try those who are ticked
escrow-retry-all = Try everybody now
escrow-retry-code = Try all of these now
escrow-give-up = Give up
escrow-give-up-confirm = Give up those who are ticked? They are not tried again by themselves; trying them by hand, or a change of the person, takes it back.

said-escrow-none = Nobody was ticked.
said-escrow-retried = Tried again. { $name }
said-escrow-retrying = They are being tried again.
said-escrow-given-up = Given up: { $name }. Trying again takes it back.
