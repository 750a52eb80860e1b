# Held changes.

held-text = These changes go beyond a limit, so nothing was done for them. Approving evaluates each of these people again and does what is still meant; rejecting leaves them as they are in the target.
held-none = Nothing is held.
held-none-found = Nothing of what is held was asked for.
held-tick = Choose
held-expires = Rejected by itself
held-never = never
held-approve = Approve what is ticked
held-reject = Reject what is ticked
held-approve-all = Approve all
held-reject-all = Reject all
held-approve-found = Approve all that were found
held-reject-found = Reject all that were found
held-how = Limits
held-how-text = How many changes may be made within a time without asking, and how long held ones wait, is set here:
held-approve-title = { $count ->
        [one] Approve one change?
       *[other] Approve { $count } changes?
    }
held-reject-title = { $count ->
        [one] Reject one change?
       *[other] Reject { $count } changes?
    }
held-approve-text = Each of these people is looked at again, and what is still meant is done in the target.
held-reject-text = These people stay as they are in the target. They are decided about anew when something about them changes.
held-more = { $count ->
        [one] and one more
       *[other] and { $count } more
    }
held-approve-go = { $count ->
        [one] Approve it
       *[other] Approve { $count }
    }
held-reject-go = { $count ->
        [one] Reject it
       *[other] Reject { $count }
    }
held-back = Back

said-held-approved = Approved. { $name }
said-held-approving = Approved; it is being done.
said-held-rejected = Rejected: { $name }. These people stay as they are in the target.
said-held-none = Nothing was chosen, or it is not held any more.
