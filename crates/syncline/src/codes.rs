//! The codes of errors on the command line, with what they mean and what to do; the reference page
//! is made from them. Reasons about single people have a table of their own in `model`, lines of an
//! import in `wire`, expressions in `expr`.

/// Code, meaning, remedy; sorted by code.
pub const ERRORS: &[(&str, &str, &str)] = &[
    (
        "address-in-use",
        "Another program listens at the address already.",
        "Choose another one with --listen and --listen-tls, port 0 takes a free one; or end that program.",
    ),
    ("ambiguous-name", "The name fits several things.", "Use the id, or DOMAIN/NAME for a job."),
    (
        "anchor-missing",
        "A record of a mirror's listing does not say who it is.",
        "Fill the column that --id-column names, or name another one.",
    ),
    (
        "backup-damaged",
        "The file is no backup, was changed, or was cut off; nothing was written.",
        "Take another one; `syncline backup show FILE --check` tells before it is needed.",
    ),
    (
        "backup-newer",
        "A newer version of syncline made the backup.",
        "Use that version or a later one.",
    ),
    ("busy", "Others kept writing the same thing at the same time.", "Try again."),
    (
        "certificate-invalid",
        "A certificate or its key cannot be read or made, or the two do not belong together.",
        "Give the certificate with its chain and its key, both as PEM; the message names the file.",
    ),
    (
        "changed",
        "Somebody changed the object since it was read.",
        "Read it again, and decide anew.",
    ),
    (
        "code-invalid",
        "A one-time code was used, is older than a day, was followed by another one, or never was one.",
        "Make another one: `syncline operator create`, or on the server's machine `syncline operator reset --data DIR`.",
    ),
    (
        "configuration-changed",
        "The job or a policy kept changing while the run was under way.",
        "Run it again.",
    ),
    (
        "configuration-invalid",
        "The job's filter or mappings have mistakes; all of them are listed.",
        "Correct them; the job stays as it was.",
    ),
    (
        "control",
        "The process that owns the data directory did not answer, or ended.",
        "Run the command again; use one version of syncline.",
    ),
    (
        "cron-invalid",
        "The times of the calendar have a mistake; it is shown at its place.",
        "Write five fields, as in '0 3 * * MON-FRI'; `syncline job schedule --help` shows the form.",
    ),
    (
        "data-in-use",
        "Another process owns the data directory and does not answer.",
        "End it, or name another directory with --data.",
    ),
    (
        "data-newer",
        "A newer version of syncline wrote the data directory.",
        "Use that version or a later one.",
    ),
    (
        "data-not-empty",
        "A backup is restored into a directory of its own, and this one holds something.",
        "Name an empty or new directory with --data; --replace moves a data directory aside.",
    ),
    (
        "data-other",
        "The data directory was made by a build with another schema of the same number.",
        "Use that build, or start a new directory and import.",
    ),
    (
        "duplicate",
        "The file names the same id or user principal name twice.",
        "Keep one of the lines.",
    ),
    (
        "duration-invalid",
        "A length of time has a mistake, or is out of its range; the place is shown.",
        "Write numbers with d, h, m or s behind them, such as 15m or 1h30m.",
    ),
    (
        "exists",
        "Something of that name, id or domain exists already.",
        "Choose another, or change what exists.",
    ),
    (
        "filter-invalid",
        "The filter's text has mistakes; each is shown at its place.",
        "Correct it; `syncline job create --help` shows the form.",
    ),
    (
        "folder-not-ours",
        "A folder of the demo's name exists and was not made by the demo.",
        "Move it away, or start the demo elsewhere.",
    ),
    ("initial-domain", "A tenant keeps its initial domain.", "Remove another one."),
    (
        "input-output",
        "A file could not be read or written.",
        "Check the path, the rights and the room.",
    ),
    (
        "internal",
        "The program met something that should not be.",
        "Report it with the command and the output.",
    ),
    (
        "interrupted",
        "The work was asked to stop; what is done is done.",
        "Run it again; it goes on.",
    ),
    (
        "invalid-value",
        "A value is not what the attribute or option takes.",
        "Read the message; it names the attribute.",
    ),
    (
        "job-busy",
        "Another run of the job is under way.",
        "Wait until it ends; `syncline job show` tells.",
    ),
    (
        "job-moved",
        "Somebody else changed the same part of the job since it was read; nothing was written.",
        "Look at what stands now, and make the change again.",
    ),
    (
        "limit-invalid",
        "A limit, a wait or a pause is one that nobody can mean: more than 100 percent, a most below a least, a time beyond ten years.",
        "Read the message and its hint; nothing was changed.",
    ),
    (
        "local-only",
        "The command makes no sense on a server on another machine.",
        "Run it on the machine that the hint names, without --server.",
    ),
    (
        "manager-loop",
        "The line would close a loop of managers; the person came in without a manager.",
        "Correct the manager and import again.",
    ),
    (
        "mapping-test-form",
        "A line of a file of mapping tests is none.",
        "Read the hint; it shows the form.",
    ),
    (
        "memory-file-system",
        "A benchmark on a memory file system measures no disk.",
        "Name a folder on a disk with --dir.",
    ),
    (
        "not-allowed",
        "The actor lacks the role; the message names those that would do.",
        "Ask for the role, or somebody who has it.",
    ),
    ("not-found", "There is no such thing, or it is another tenant's.", "List what there is."),
    ("not-readable", "The file to import cannot be opened.", "Check the path and the rights."),
    (
        "not-signed-in",
        "The server knows no token, or not this one, or not any more.",
        "Set SYNCLINE_TOKEN, or sign in with `syncline login`.",
    ),
    (
        "not-writable",
        "The file to export to, or that for rejected lines, cannot be written.",
        "Check the path, the rights and the room.",
    ),
    (
        "notify-failed",
        "The webhook or the mail server did not take the notice.",
        "See what it answered; `syncline notify test` tries again.",
    ),
    (
        "notify-invalid",
        "How a tenant is to be told cannot be used, or nothing is set.",
        "Correct what is named with `syncline notify set`.",
    ),
    (
        "password-unfit",
        "The password is too short, too long, or the user's own name.",
        "Choose another of 8 to 256 characters, or leave the file out and have one made.",
    ),
    (
        "plain-listener",
        "A listener without TLS would be reached from other machines.",
        "Use --listen-tls there; behind a proxy with TLS set http.plain-anywhere=on.",
    ),
    (
        "plain-server",
        "A token would go over a network without TLS.",
        "Use the server's https address.",
    ),
    (
        "plan-invalid",
        "The file is no plan of this store, was changed, or was applied already.",
        "Make a new one with `syncline plan JOB --out FILE`.",
    ),
    (
        "schema-form",
        "The file is no synchronization schema; the message names the place.",
        "Export one to see the form: `syncline job schema JOB export`.",
    ),
    (
        "schema-left-out",
        "Mappings or parts of filters in the document are not understood or do not suit the tenants, and are not left out already; the message names each with its place.",
        "Correct them, or take the rest with `syncline job schema JOB import FILE --force`.",
    ),
    (
        "secret-sealed",
        "A secret was sealed with another key than that of the data directory, or the key's file cannot be used.",
        "Bring `secret.key` back from where it is kept, or set the secret again.",
    ),
    (
        "server-busy",
        "The server runs as much as it takes, or the caller asked too much.",
        "Try again in a moment.",
    ),
    (
        "server-unreachable",
        "The server does not answer, ended the answer early, or its certificate is not trusted.",
        "See whether `syncline serve` runs there; name its CA with --cacert.",
    ),
    (
        "settings",
        "The settings file, a variable or an option is wrong; nothing was started.",
        "Correct it; `syncline config show` lists the settings.",
    ),
    (
        "sign-in-keys",
        "The keys that sign tokens cannot be read or written.",
        "Look at the folder `sign-in` of the data directory; without its file new keys are made, and everybody signs in again.",
    ),
    (
        "storage-damaged",
        "A file of the data directory is damaged; it is named.",
        "Keep a copy and restore a backup; `syncline doctor` tells more.",
    ),
    (
        "storage-failed",
        "The disk or a file failed, a full disk among others; nothing is half written.",
        "Make room or mend the disk, and run it again.",
    ),
    (
        "strict",
        "With --strict one bad line or unknown attribute refuses the file; nothing was written.",
        "Correct what is listed, or leave --strict out.",
    ),
    ("target-failed", "The target did not answer.", "Run it again; what is open is settled first."),
    (
        "tenant-in-use",
        "Jobs or external users hang on the tenant; the message names them and counts the people.",
        "Look at them, then spell the tenant's initial domain out with --confirm; its jobs go too.",
    ),
    (
        "tombstone-unclear",
        "A record's column of tombstones says neither yes nor no.",
        "Write true or false there; an empty one means that the record is there.",
    ),
    (
        "unknown-attribute",
        "There is no such attribute.",
        "Use the one that the hint names; extensions must be defined first.",
    ),
    (
        "unresolved-reference",
        "A manager or member of the line is not in the tenant; the line itself came in.",
        "Import those people, then this file again.",
    ),
    ("usage", "The command line is wrong.", "See --help of the command."),
    (
        "value-taken",
        "A name or address that must be unique is somebody else's.",
        "Choose another, or free it first.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_stand_once() {
        assert!(ERRORS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn every_code_of_a_failure_has_its_row() {
        let sources = [
            include_str!("commands.rs"),
            include_str!("control.rs"),
            include_str!("app.rs"),
            include_str!("commands/backup.rs"),
            include_str!("demo.rs"),
            include_str!("commands/mappings.rs"),
            include_str!("commands/tenants.rs"),
            include_str!("commands/mapping_tests.rs"),
            include_str!("commands/schema.rs"),
            include_str!("commands/log_export.rs"),
            include_str!("commands/mirrors.rs"),
            include_str!("commands/sign_in.rs"),
            include_str!("commands/plan.rs"),
            include_str!("commands/schedule.rs"),
            include_str!("commands/values.rs"),
            include_str!("commands/import.rs"),
        ];
        let mut seen = 0;
        for source in sources {
            for rest in source.split("Failure::new(").skip(1) {
                let Some(code) = rest.trim_start().strip_prefix('"') else { continue };
                let code = code.split('"').next().unwrap_or_default();
                assert!(ERRORS.iter().any(|row| row.0 == code), "no row for '{code}'");
                seen += 1;
            }
        }
        assert!(seen > 10, "only {seen} codes were found");
    }
}
