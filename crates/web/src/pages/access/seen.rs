//! Switches as the reader of a form saw them. They travel with the form, so that only what was switched
//! there is written, and what somebody else switched meanwhile stays.

/// Switches as a field of a form.
pub fn write(switches: [bool; 4]) -> String {
    switches.iter().map(|is_on| if *is_on { '1' } else { '0' }).collect()
}

/// The same back; nothing where the form does not say.
pub fn read(text: &str) -> Option<[bool; 4]> {
    let switches: Vec<bool> = text.chars().map(|one| one == '1').collect();
    switches.try_into().ok()
}

/// How a switch is to stand: as it was sent where its reader switched it, else as it stands now.
pub fn merge(seen: bool, sent: bool, now: bool) -> bool {
    if sent == seen { now } else { sent }
}
