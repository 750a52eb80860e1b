//! Examples of commands that need no more than an example or two: a table, so that one look tells whether
//! they agree with one another. Commands with more to say have theirs where they are declared.

use clap::{Command, CommandFactory, FromArgMatches};

use super::Line;

/// The whole command line, with the examples of the table in the help of each command.
pub fn command() -> Command {
    add(Line::command(), "")
}

impl Line {
    /// Reads the command line of this process; what is wrong with it ends the process.
    pub fn read() -> Self {
        let mut command = command();
        let matches = command.get_matches_mut();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

fn add(command: Command, path: &str) -> Command {
    let names: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = names.iter().fold(command, |command, name| {
        let path = format!("{path} {name}");
        command.mut_subcommand(name, |sub| add(sub, path.trim_start()))
    });
    let Ok(place) = EXAMPLES.binary_search_by_key(&path, |row| row.0) else { return command };
    let lines = EXAMPLES[place].1.iter().map(|line| format!("\n  syncline {line}"));
    let examples = format!("Examples:{}", lines.collect::<String>());
    match command.get_after_help().map(ToString::to_string) {
        Some(more) => command.after_help(format!("{examples}\n\n{more}")),
        None => command.after_help(examples),
    }
}

/// The names that lead to a command, and what it is called with; sorted by those names.
#[rustfmt::skip]
const EXAMPLES: &[(&str, &[&str])] = &[
    ("app certificate add", &["app certificate add hr hr.pem --tenant contoso.example --name laptop"]),
    ("app certificate list", &["app certificate list hr --tenant contoso.example"]),
    ("app certificate remove", &["app certificate remove hr 01a228e6-9377-7000-967f-c1971ef7b37e --tenant contoso.example"]),
    ("app create", &["app create --tenant contoso.example --name hr --grant User.ReadWrite.All", "app create --tenant contoso.example --name reports --grant AuditLog.Read.All --json"]),
    ("app delete", &["app delete hr --tenant contoso.example"]),
    ("app list", &["app list --tenant contoso.example"]),
    ("app secret add", &["app secret add hr --tenant contoso.example --name laptop --expires 2030-01-01T00:00:00Z"]),
    ("app secret list", &["app secret list hr --tenant contoso.example"]),
    ("app secret remove", &["app secret remove hr 01a228e6-9377-7000-967f-c1971ef7b37e --tenant contoso.example"]),
    ("app show", &["app show hr --tenant contoso.example"]),
    ("app update", &["app update hr --tenant contoso.example --grant Group.Read.All --revoke User.ReadWrite.All", "app update portal --tenant contoso.example --redirect-uri https://portal.example/back --delegate User.Read", "app update hr --tenant contoso.example --enabled off"]),
    ("apply", &["plan staff --out plan.jsonl", "apply plan.jsonl"]),
    ("audit verify", &["audit verify", "audit verify --ends ends.json"]),
    ("backup show", &["backup show syncline.backup --check"]),
    ("bench", &["bench --users 10000", "bench --users 100000 --dir /var/tmp --json"]),
    ("completion", &["completion bash > /etc/bash_completion.d/syncline", "completion zsh"]),
    ("config show", &["config show", "config show --json"]),
    ("doctor", &["doctor"]),
    ("escrow give-up", &["escrow staff give-up ada@contoso.example"]),
    ("escrow list", &["escrow staff list"]),
    ("escrow retry", &["escrow staff retry", "escrow staff retry ada@contoso.example"]),
    ("extension create", &["extension create badge --tenant fabrikam.example", "extension create grades --tenant fabrikam.example --type Integer --multi-valued"]),
    ("extension delete", &["extension delete badge --tenant fabrikam.example"]),
    ("extension list", &["extension list --tenant fabrikam.example"]),
    ("extension show", &["extension show badge --tenant fabrikam.example"]),
    ("group create", &["group create Sales --tenant contoso.example --member ada@contoso.example"]),
    ("group delete", &["group delete Sales --tenant contoso.example"]),
    ("group export", &["group export --tenant contoso.example groups.jsonl"]),
    ("group list", &["group list --tenant contoso.example"]),
    ("group restore", &["group restore Sales --tenant contoso.example"]),
    ("group show", &["group show Sales --tenant contoso.example"]),
    ("group update", &["group update Sales --tenant contoso.example --add-member bo@contoso.example --set description='All of sales'"]),
    ("hold approve", &["hold staff approve --all", "hold staff approve --user ada@contoso.example"]),
    ("hold list", &["hold staff list", "hold staff list --action remove --older-than 2d"]),
    ("hold reject", &["hold staff reject --action disable"]),
    ("job assign", &["job assign staff ada@contoso.example Sales"]),
    ("job delete", &["job delete staff --yes"]),
    ("job list", &["job list", "job list --json"]),
    ("job pause", &["job pause staff"]),
    ("job restart", &["job restart staff", "job restart staff --scope full"]),
    ("job run", &["job run staff", "job run staff --json"]),
    ("job runs", &["job runs staff --limit 20"]),
    ("job schema reset", &["job schema staff reset"]),
    ("job schema show", &["job schema staff show", "job schema staff show --side target --groups"]),
    ("job show", &["job show staff", "job show contoso.example/staff"]),
    ("job start", &["job start staff"]),
    ("job test", &["job test staff"]),
    ("job tests remove", &["job tests staff remove 'a sales person'"]),
    ("job unassign", &["job unassign staff ada@contoso.example"]),
    ("job watch", &["job watch staff"]),
    ("logout", &["logout --server https://sync.example:8443"]),
    ("metrics", &["metrics", "metrics staff"]),
    ("mirror approve", &["mirror approve hr --tenant contoso.example"]),
    ("mirror delete", &["mirror delete hr --tenant contoso.example"]),
    ("mirror list", &["mirror list --tenant contoso.example"]),
    ("mirror pause", &["mirror pause hr --tenant contoso.example"]),
    ("mirror plan", &["mirror plan hr --tenant contoso.example --first 50"]),
    ("mirror reject", &["mirror reject hr --tenant contoso.example"]),
    ("mirror show", &["mirror show hr --tenant contoso.example"]),
    ("mirror start", &["mirror start hr --tenant contoso.example"]),
    ("notify show", &["notify show --tenant contoso.example"]),
    ("notify test", &["notify test --tenant contoso.example"]),
    ("operator create", &["operator create --name ada"]),
    ("operator list", &["operator list"]),
    ("operator remove", &["operator remove ada"]),
    ("operator reset", &["operator reset", "operator reset --name ada"]),
    ("policy remove", &["policy remove --tenant contoso.example --partner fabrikam.example"]),
    ("policy settings", &[r#"policy settings --tenant contoso.example --partner fabrikam.example --set 'inboundTrust={"isMfaAccepted":true}'"#]),
    ("policy show", &["policy show --tenant contoso.example", "policy show --tenant contoso.example --partner fabrikam.example --json"]),
    ("tenant create", &["tenant create Contoso --domain contoso.example", "tenant create Fabrikam --domain fabrikam.example --domain fabrikam.test --json"]),
    ("tenant list", &["tenant list"]),
    ("tenant protect add", &["tenant protect add --tenant fabrikam.example boss@fabrikam.example"]),
    ("tenant protect list", &["tenant protect list --tenant fabrikam.example"]),
    ("tenant protect remove", &["tenant protect remove --tenant fabrikam.example boss@fabrikam.example"]),
    ("tenant protect roles", &["tenant protect roles --tenant fabrikam.example on"]),
    ("tenant purge", &["tenant purge contoso.example"]),
    ("tenant show", &["tenant show contoso.example"]),
    ("tenant sign-in set", &["tenant sign-in set --tenant contoso.example --issuer https://id.example --client-id syncline --client-secret-file secret.txt", "tenant sign-in set --tenant contoso.example --issuer off"]),
    ("tenant sign-in show", &["tenant sign-in show --tenant contoso.example"]),
    ("tenant update", &["tenant update contoso.example --name 'Contoso Ltd'", "tenant update contoso.example --add-domain mail.contoso.example"]),
    ("user create", &["user create ada@contoso.example --tenant contoso.example --set displayName=Ada --set department=Sales"]),
    ("user delete", &["user delete ada@contoso.example --tenant contoso.example"]),
    ("user export", &["user export --tenant contoso.example people.csv", "user export --tenant contoso.example - --format jsonl"]),
    ("user invite", &["user invite eve@elsewhere.example --tenant contoso.example --name Eve"]),
    ("user list", &["user list --tenant contoso.example", "user list --tenant contoso.example --deleted --json"]),
    ("user password set", &["user password set ada@contoso.example --tenant contoso.example --file password.txt"]),
    ("user restore", &["user restore ada@contoso.example --tenant contoso.example"]),
    ("user session list", &["user session list ada@contoso.example --tenant contoso.example"]),
    ("user session revoke", &["user session revoke ada@contoso.example --tenant contoso.example"]),
    ("user show", &["user show ada@contoso.example --tenant contoso.example"]),
    ("user update", &["user update ada@contoso.example --tenant contoso.example --set department=Marketing --manager bo@contoso.example", "user update ada@contoso.example --tenant contoso.example --add-role 'User Administrator'"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command without commands of its own, by the names that lead to it.
    fn leaves(command: &Command, path: &str, found: &mut Vec<(String, String)>) {
        let is_told = |sub: &&Command| sub.get_name() != "help" && !sub.is_hide_set();
        let subs: Vec<&Command> = command.get_subcommands().filter(is_told).collect();
        if subs.is_empty() {
            let help = command.clone().render_help().to_string();
            found.push((path.trim_start().to_owned(), help));
        }
        for sub in subs {
            leaves(sub, &format!("{path} {}", sub.get_name()), found);
        }
    }

    #[test]
    fn every_command_has_an_example() {
        let mut found = Vec::new();
        leaves(&command(), "", &mut found);
        assert!(found.len() > 100, "only {} commands were found", found.len());
        let without = found.iter().filter(|(_, help)| !help.contains("Examples:\n"));
        let without: Vec<&str> = without.map(|(path, _)| path.as_str()).collect();
        assert_eq!(without, [""; 0]);
        let twice = found.iter().filter(|(_, help)| help.matches("Examples:\n").count() > 1);
        let twice: Vec<&str> = twice.map(|(path, _)| path.as_str()).collect();
        assert_eq!(twice, [""; 0], "the table repeats what the command says itself");
        for (path, _) in EXAMPLES {
            assert!(found.iter().any(|(known, _)| known == path), "there is no command '{path}'");
        }
    }

    #[test]
    fn every_example_of_the_table_is_a_command_line() {
        assert!(EXAMPLES.windows(2).all(|pair| pair[0].0 < pair[1].0), "it is sorted");
        for line in EXAMPLES.iter().flat_map(|row| row.1) {
            let line = line.split(" > ").next().unwrap_or(line);
            let words = std::iter::once("syncline".to_owned()).chain(split(line));
            let read = command().try_get_matches_from(words);
            assert!(
                read.is_ok(),
                "{line}: {}",
                read.err().map(|one| one.to_string()).unwrap_or_default()
            );
        }
    }

    /// Words as a shell takes them, as far as examples go: single quotes keep blanks.
    fn split(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        for (place, part) in line.split('\'').enumerate() {
            for (index, piece) in part.split(if place % 2 == 0 { ' ' } else { '\0' }).enumerate() {
                if index > 0 {
                    words.push(String::new());
                }
                words.last_mut().expect("there is one").push_str(piece);
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }
}
