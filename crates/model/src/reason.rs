//! Reasons: why a record was left out, refused or held. One code for scripts, one sentence for
//! people. The table below is what `docs/reference/codes.md` is made from.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// How much a reason weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// As it should be: the record is not meant to move.
    Skip,
    /// The record should move and could not; it is tried again.
    Failure,
    /// Somebody has to decide.
    Hold,
    /// The run itself cannot go on.
    Stop,
}

/// A machine code, one of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Code(&'static str);

macro_rules! codes {
    ($($constant:ident $text:literal $severity:ident $title:literal $remedy:literal)*) => {
        impl Code {
            $(
                #[doc = $title]
                pub const $constant: Code = Code($text);
            )*

            /// Every code with its weight, what it means and what to do about it.
            pub const ALL: &'static [(Code, Severity, &'static str, &'static str)] = &[
                $((Code($text), Severity::$severity, $title, $remedy),)*
            ];
        }
    };
}

codes! {
    EXTERNAL_USER "external-user" Skip
        "The person is external in the source tenant; only people whose home it is are synchronized."
        "Synchronize the person from the home tenant."
    NOT_ASSIGNED "not-assigned" Skip
        "Neither the person nor a group with the person as a direct member is assigned to the job."
        "Assign the person or the group with `syncline job assign`, or set the scope to all."
    FILTERED_OUT "filtered-out" Skip
        "The scoping filter is false for the person."
        "Change the attribute or the filter; `syncline explain` shows each clause."
    DISABLED_AT_START "disabled-at-start" Skip
        "The person cannot sign in at home and was never synchronized, so nothing is created."
        "Enable the person in the source tenant."
    DELETED_IN_SOURCE "deleted-in-source" Skip
        "The person is deleted in the source tenant."
        "Restore the person within 30 days to keep the target's object."
    GONE_FROM_SOURCE "gone-from-source" Skip
        "The person no longer exists in the source tenant."
        "Nothing to do."
    CREATE_OFF "create-off" Skip
        "The job is set not to create anybody."
        "Turn the action on with `syncline job update --create on`."
    UPDATE_OFF "update-off" Skip
        "The job is set not to update anybody."
        "Turn the action on with `syncline job update --update on`."
    DELETE_OFF "delete-off" Skip
        "The job is set not to remove anybody; the person left the scope and stays."
        "Turn the action on with `syncline job update --delete on`."
    GROUP_KIND "group-kind" Skip
        "The group is of a kind that does not go along: neither a security group nor a Microsoft 365 group."
        "Nothing to do."
    NESTED_GROUP "nested-group" Skip
        "A group is a member of a group, and the job is set to leave such members out."
        "Choose with `syncline job update --nested-groups flatten` or `keep`."
    GROUPS_NOT_ALLOWED "groups-not-allowed" Skip
        "The target does not let groups be synchronized into it; people go on, and groups stay as they are."
        "Allow it in the target with `syncline policy set --group-sync-inbound on`."
    MAPPING_DROPPED "mapping-dropped" Skip
        "A mapping's expression chose to leave the person out (IgnoreObjectFlow)."
        "Change the expression or the attribute it reads."
    DATE_AHEAD "date-ahead" Skip
        "A date that the job's condition compares with the present lies ahead; the person is looked at again then."
        "Nothing to do."
    MEMBER_LEFT "member-left" Skip
        "The member is no member of the group at home any more."
        "Nothing to do."
    MANAGER_LEFT "manager-left" Skip
        "The person's manager left the target; the person is looked at again, so that the target shows it."
        "Nothing to do."
    BACK_IN_SCOPE "back-in-scope" Skip
        "The person left the scope once and is in it again; the same object of the target is restored."
        "Nothing to do."
    MATCHED "matched" Skip
        "An existing external user of the target is this person and is taken over."
        "Nothing to do."
    GUEST_CLAIMED "guest-claimed" Skip
        "An external user of the target who was nobody's is this person, by a pending invitation or a mapping that matches, and is taken over. Only readers of the target see what the user held."
        "Nothing to do."
    SWAPPED "swapped" Skip
        "Two or more people wait for each other's addresses; one gives its own up for a moment."
        "Nothing to do."
    SUPERSEDED "superseded" Skip
        "The person was evaluated again, and what was decided before is no longer meant."
        "Nothing to do."
    MAIL_DOMAIN "mail-domain-not-verified" Failure
        "The person's mail address lies in no verified domain of the source tenant."
        "Verify the domain with `syncline tenant update --add-domain`, or correct the address."
    FILTER_FAILED "filter-failed" Failure
        "A clause of the scoping filter or condition has no answer for the person, so that nobody can say who is meant."
        "Read the detail; write a pattern that comes to an end, such as one without repetitions inside repetitions."
    MAPPING_FAILED "mapping-failed" Failure
        "A mapping's expression failed for the person."
        "Read the detail; try the expression with `syncline expr eval`."
    NO_UNIQUE_VALUE "no-unique-value" Failure
        "Every value that SelectUniqueValue offers is in use in the target, or in the same plan."
        "Add another rule to the expression, for example one that appends a number."
    VALUE_REFUSED "value-refused" Failure
        "A mapped value does not fit the target attribute. The person goes on without it, unless the attribute says who the person is or what the person may do."
        "Shorten or convert the value in the mapping."
    AMBIGUOUS_USER "ambiguous-user" Failure
        "The address belongs to an internal user or a group of the target; it is never converted."
        "Free the address in the target, or take the person out of scope."
    DISPUTED_MATCH "disputed-match" Failure
        "Several objects of the target could be this person; Syncline does not guess."
        "Remove or merge the candidates named in the detail."
    DUPLICATE_SOURCE "duplicate-source" Failure
        "Two people of the source match one object of the target; Syncline does not guess which of them it is."
        "Correct the value of one of the two; it goes on by itself then."
    ALREADY_LINKED "already-linked" Failure
        "The object that matches is linked to another person of the source."
        "Find out which of the two the object is, and change the other's address."
    KEY_TAKEN "key-taken" Failure
        "Another object of the target holds a value that must be unique."
        "It goes on by itself when the value is free; otherwise change one of the two."
    DELETED_IN_TARGET "deleted-in-target" Skip
        "Somebody in the target deleted the person; Syncline does not bring back what the target removed."
        "Restore the person in the target, or take the person out of scope."
    TARGET_MOVED "target-moved" Failure
        "The target's object changed after it was read."
        "It is evaluated again; nothing to do unless it repeats."
    TARGET_MISSING "target-missing" Failure
        "The linked object no longer exists in the target."
        "It is evaluated again and made anew if still in scope."
    MANAGER_RING "manager-ring" Failure
        "The manager would close a ring of managers in the target."
        "Look at the managers in the target whom this configuration does not set; it goes on by itself when the chain is open."
    PROTECTED "protected-in-target" Failure
        "The target protects the person's account there: it is on the never-touch list, or holds a directory role."
        "Nothing to do in the source; it goes on by itself when the target's administrator ends the protection (`syncline tenant protect`)."
    TARGET_REFUSED "target-refused" Failure
        "The target refused the write."
        "Read the detail."
    GIVEN_UP "given-up" Failure
        "The person could not go on for as long as the job keeps trying, and is not tried again by itself."
        "Mend what `syncline escrow JOB list` names, then `syncline escrow JOB retry`; a change of the person does the same."
    REMOVAL_BRAKE "removal-brake" Hold
        "More people would be removed or disabled than the job's limit allows within a day."
        "Look with `syncline hold JOB list`; then approve or reject."
    PARTING_BRAKE "parting-brake" Hold
        "More members would leave groups than the job's limit allows within its window."
        "Look with `syncline hold JOB list`; then approve or reject."
    CREATE_BRAKE "create-brake" Hold
        "More people would be made than the job's limit allows within its window."
        "Look with `syncline hold JOB list`; then approve or reject."
    UPDATE_BRAKE "update-brake" Hold
        "More people would be changed than the job's limit allows within its window."
        "Look with `syncline hold JOB list`; then approve or reject."
    CLEARING_BRAKE "clearing-brake" Hold
        "An attribute would be emptied for more people than the job's limit allows within its window."
        "Look at the source; then approve or reject with `syncline hold JOB`."
    HOLD_EXPIRED "hold-expired" Hold
        "Nobody decided about the held change within the job's days, so it was rejected and nothing was done."
        "It is decided anew when the person changes; `syncline job update --hold-days` sets how long it waits."
    LISTING_UNREADABLE "listing-unreadable" Hold
        "The listing cannot be read, or nothing in it can."
        "Mend the file or its rights; a mirror looks again by itself, and nobody is removed meanwhile."
    LISTING_CUT "listing-cut" Hold
        "The listing ends before its end: the end mark is missing, or it ends inside a record."
        "Deliver it again; or look with `syncline mirror plan`, then approve or reject."
    LISTING_COUNT "listing-count" Hold
        "The listing holds another number of records than it, or the file beside it, says; or says none."
        "Deliver it again; or look with `syncline mirror plan`, then approve or reject."
    LISTING_NOT_REPLACED "listing-not-replaced" Hold
        "The file was written in place or is still being written, where a whole one is to be renamed into place."
        "Write beside it and rename; or look with `syncline mirror plan`, then approve or reject."
    LISTING_EMPTY "listing-empty" Hold
        "The listing names nobody, where the one before did."
        "Deliver it again; or look with `syncline mirror plan`, then approve or reject."
    LISTING_SMALLER "listing-far-smaller" Hold
        "The listing is suddenly far smaller than the one before."
        "Look with `syncline mirror plan`, then approve or reject."
    LISTING_REMOVALS "listing-removal-brake" Hold
        "The listing lacks more people than the mirror's limit allows to remove at once."
        "Look with `syncline mirror plan`, then approve or reject."
    LISTING_CLEARS "listing-clearing-brake" Hold
        "The listing empties attributes of more people than the mirror's limit allows at once."
        "Look with `syncline mirror plan`, then approve or reject."
    LISTING_DOUBT "listing-lines-in-doubt" Hold
        "Lines that cannot be read do not say whom they name, so nobody whom the listing lacks is removed."
        "Correct the lines; or look with `syncline mirror plan`, then approve or reject."
    LISTING_MOVED "listing-moved" Stop
        "The listing changed while it was read; what was read is in, and nobody is removed."
        "Nothing to do; it is read again."
    LISTING_MISREAD "listing-misread" Stop
        "The source gave less, more or something else than the listing: pages that stopped before the end, another number of records, or other records in a second reading. Nobody is removed."
        "It is read again; where it repeats, look at what lies between the source and Syncline."
    MIRROR_BUSY "mirror-busy" Stop
        "Another run of the mirror is under way."
        "Wait until it ends; `syncline mirror show` tells."
    LISTING_STALE "listing-stale" Stop
        "The file holds another listing than the one that is held, so that nobody has looked at it."
        "Nothing was done. `syncline mirror run` looks at the one that is there."
    LISTING_NOT_HELD "listing-not-held" Stop
        "The mirror holds no listing that could be approved or rejected."
        "Look with `syncline mirror show`."
    TARGET_NOT_CHOSEN "target-not-chosen" Stop
        "Nobody has said yet into which tenant the configuration synchronizes."
        "Name the target with `syncline job update JOB --target TENANT`, or as CompanyId among its secrets in Graph."
    JOB_NOT_MADE "job-not-made" Stop
        "The configuration has no job: it was deleted over Graph, or nobody has made it yet. Its name, its target and who is assigned stand."
        "Make one with `syncline job start JOB`, which begins with the default mappings, or create it in Graph."
    CONSENT_MISSING "consent-missing" Stop
        "One of the two tenants does not consent, or no longer does."
        "Run `syncline job test JOB`; it lists what each side has to set."
    MAPPING_TEST_FAILED "mapping-test-failed" Stop
        "A mapping test that is kept with the job does not give what it must, so nothing is planned or written."
        "Look with `syncline job tests JOB run`; correct the mapping or the test."
    PLAN_MOVED "plan-moved" Stop
        "The world changed after the plan was made; the whole plan is refused."
        "Make a new plan and read it."
    CONFIGURATION_INVALID "configuration-invalid" Stop
        "The job's filter or mappings do not fit the tenants."
        "Correct what the detail names with `syncline job update`."
    TARGET_THROTTLED "target-throttled" Stop
        "The target, or a mirror's source, is asked too much, and said how long it wants to be left alone; what is done is done."
        "Nothing to do; the job or mirror goes on by itself as soon as that time is over."
    LEASE_LOST "lease-lost" Stop
        "Another run of the same job took over."
        "Nothing to do; the other run goes on."
    INTERRUPTED "interrupted" Stop
        "The run was asked to stop between two pages."
        "Run the job again; it goes on where it stopped."
    QUARANTINED "quarantined" Stop
        "The job is in quarantine, and its next attempt has not come."
        "Mend what `syncline job show JOB` names; it goes on by itself then. `syncline job run` tries at once."
    PAUSED "paused" Stop
        "The job was paused while its cycle was under way; what is done is done."
        "Start the job again with `syncline job start`; it goes on where it stopped."
    GAVE_WAY "gave-way" Stop
        "A long cycle made room because other jobs were waiting and every thread was taken."
        "Nothing to do; it goes on where it stopped. `sync.threads` sets how many cycles run at once."
}

impl Code {
    /// The text of the code.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Its weight.
    pub fn severity(self) -> Severity {
        self.entry().1
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        self.entry().3
    }

    fn entry(self) -> &'static (Code, Severity, &'static str, &'static str) {
        Self::ALL.iter().find(|entry| entry.0 == self).expect("codes are made from the table only")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::ALL
            .iter()
            .map(|entry| entry.0)
            .find(|code| code.0 == text)
            .ok_or_else(|| serde::de::Error::custom(format!("no code '{text}'")))
    }
}

/// Why, for one record: the code and a plain sentence about this very record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The code.
    pub code: Code,
    /// The sentence.
    pub sentence: String,
}

impl Reason {
    /// A reason.
    pub fn new(code: Code, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into() }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.sentence, self.code)
    }
}
