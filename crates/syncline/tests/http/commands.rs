//! Commands through `--server`: they say what they say beside the data, and read and write the files of
//! the machine that they are given on.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::Stdio,
    time::Instant,
};

use crate::{
    server::{PATIENCE, Server},
    support::{Data, Run, interrupt},
};

fn staged() -> (Data, Server, String) {
    let data = Data::new();
    data.two_tenants();
    data.person("ada");
    data.person("bo");
    for words in [
        "group create Crew --tenant contoso.example --member ada@contoso.example",
        "extension create badge --tenant fabrikam.example",
        "job run staff",
    ] {
        data.done(&words.split_whitespace().collect::<Vec<_>>());
    }
    let server = Server::start(&data, &[]);
    let token = server.sign_in(&data);
    (data, server, token)
}

#[test]
fn commands_say_the_same_through_a_server() {
    let (data, server, token) = staged();
    for words in [
        "tenant list",
        "tenant show contoso.example",
        "user list --tenant contoso.example",
        "user show ada@contoso.example --tenant contoso.example",
        "user export --tenant contoso.example --format csv -",
        "group list --tenant contoso.example",
        "group show Crew --tenant contoso.example",
        "extension list --tenant fabrikam.example",
        "app list --tenant contoso.example",
        "policy show --tenant fabrikam.example",
        "notify show --tenant contoso.example",
        "job list",
        "job show staff",
        "job test staff",
        "job runs staff",
        "job schema staff export",
        "plan staff",
        "plan staff --full",
        "hold staff list",
        "escrow staff list",
        "provision staff ada@contoso.example --dry-run",
        "explain staff ada@contoso.example",
        "log staff",
        "mirror list --tenant contoso.example",
        "audit verify",
        "audit list --tenant fabrikam.example",
        "doctor",
        "operator list",
        "expr eval ToUpper([mail]) --tenant contoso.example --user ada@contoso.example",
        "user show nobody@contoso.example --tenant contoso.example",
        "job delete staff",
    ] {
        let words: Vec<&str> = words.split_whitespace().collect();
        for more in [&[][..], &["--json"]] {
            let words = [&words, more].concat();
            let (beside, through) = (data.run(&words), server.run(&data, &token, &words));
            assert_eq!(
                (through.code, &through.out, &through.err),
                (beside.code, &beside.out, &beside.err),
                "{words:?}"
            );
        }
    }
    server.stop();
}

#[test]
fn files_are_those_of_the_machine_that_the_command_is_given_on() {
    let (data, server, token) = staged();
    let run = |words: &[&str]| server.run(&data, &token, words);
    let people = "userPrincipalName,displayName\ncy@contoso.example,Cy\nbad,\n";
    fs::write(data.file("people.csv"), people).expect("written");
    let imported = run(&["user", "import", "--tenant", "contoso.example", "people.csv"]);
    assert_eq!(imported.code, Some(1), "one line is rejected: {}", imported.err);
    let rejected = data.file("people.csv.rejected");
    assert!(imported.out.contains(rejected.to_str().expect("text")), "{}", imported.out);
    let kept = fs::read_to_string(&rejected).expect("it lies here");
    assert_eq!(kept, "userPrincipalName,displayName\nbad,\n");

    assert_eq!(run(&["user", "export", "--tenant", "contoso.example", "out.jsonl"]).code, Some(0));
    assert!(fs::read_to_string(data.file("out.jsonl")).expect("it lies here").contains("cy@"));
    let nowhere = run(&["user", "export", "--tenant", "contoso.example", "no/such/out.csv"]);
    assert!(nowhere.err.contains("(not-writable)"), "{}", nowhere.err);
    let missing = run(&["user", "import", "--tenant", "contoso.example", "missing.csv"]);
    assert!(missing.err.contains("missing.csv: No such file"), "{}", missing.err);

    assert_eq!(run(&["plan", "staff", "--out", "staff.plan"]).code, Some(0));
    let applied = run(&["apply", "staff.plan"]);
    assert_eq!(applied.code, Some(0), "{}", applied.err);
    assert!(applied.out.contains("1 create"), "{}", applied.out);
    assert_eq!(run(&["log", "staff", "--export", "log.csv"]).code, Some(0));
    assert!(fs::read_to_string(data.file("log.csv")).expect("it lies here").contains("create"));
    assert_eq!(run(&["job", "schema", "staff", "export", "--out", "schema.json"]).code, Some(0));
    assert_eq!(run(&["job", "schema", "staff", "import", "schema.json"]).code, Some(0));

    let backed = run(&["backup", "create", "all.tar"]);
    assert_eq!(backed.code, Some(0), "{}", backed.err);
    assert_eq!(data.run(&["backup", "show", "all.tar", "--check"]).code, Some(0));
    assert!(run(&["backup", "create", "all.tar"]).err.contains("(exists)"));

    let mut command = data.command(&[
        "user",
        "import",
        "--tenant",
        "contoso.example",
        "--format",
        "csv",
        "-",
        "--server",
        &server.url(),
        "--cacert",
        server.ca().to_str().expect("text"),
    ]);
    let mut child =
        command.env("SYNCLINE_TOKEN", &token).stdin(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("it is a pipe");
    stdin.write_all(b"userPrincipalName,displayName\ndi@contoso.example,Di\n").expect("it reads");
    drop(stdin);
    let run: Run = child.wait_with_output().expect("it ends").into();
    assert_eq!(run.code, Some(0), "{}", run.err);
    let spool = fs::read_dir(data.path().join("spool")).map_or(0, Iterator::count);
    assert_eq!(spool, 0, "nothing stays on the server");
    server.stop();
}

#[test]
fn what_makes_no_sense_from_afar_says_so() {
    let (data, server, token) = staged();
    for words in [
        &["serve"][..],
        &["demo"],
        &["bench"],
        &["config", "show"],
        &["backup", "restore", "all.tar"],
        &["operator", "reset"],
    ] {
        let run = server.run(&data, &token, words);
        assert_eq!(run.code, Some(1), "{words:?}");
        assert!(run.err.contains("(local-only)") && run.err.contains("hint: "), "{}", run.err);
    }
    let relative =
        ["mirror", "create", "--tenant", "contoso.example", "--name", "hr", "--kind", "user"];
    let run = server.run(&data, &token, &[&relative[..], &["--renamed", "people.csv"]].concat());
    assert_eq!(run.code, Some(2), "{}", run.err);
    let open = data.run(&["tenant", "list", "--server", "http://sync.example"]);
    assert!(open.err.contains("(plain-server)"), "{}", open.err);
    server.stop();
}

#[test]
fn a_follower_is_told_goes_on_and_stops_when_asked() {
    let (data, server, token) = staged();
    let (url, ca) = (server.url(), server.ca());
    let words = [
        "job",
        "watch",
        "staff",
        "--json",
        "--server",
        &url,
        "--cacert",
        ca.to_str().expect("text"),
    ];
    let mut follower =
        data.command(&words).env("SYNCLINE_TOKEN", &token).spawn().expect("it starts");
    let mut lines = BufReader::new(follower.stdout.take().expect("it is a pipe")).lines();
    let mut next = || lines.next().expect("there is more").expect("it is text");
    assert!(next().contains("\"create\":2"));
    data.person("cy");
    data.done(&["job", "run", "staff"]);
    assert!(next().contains("\"create\":1"));
    let begun = Instant::now();
    interrupt(&follower);
    let status = follower.wait().expect("it is ours");
    assert_eq!(status.code(), Some(0), "it was asked to stop, and did");
    assert!(begun.elapsed() < PATIENCE);
    let mut follower =
        data.command(&words).env("SYNCLINE_TOKEN", &token).spawn().expect("it starts");
    let mut out = BufReader::new(follower.stdout.take().expect("it is a pipe")).lines();
    out.next().expect("it is told").expect("it is text");
    // As long as a command runs it has a folder on the server.
    let runs = || fs::read_dir(data.path().join("spool")).map_or(0, Iterator::count) > 0;
    assert!(runs(), "it follows");
    follower.kill().expect("it is ours");
    follower.wait().expect("it is ours");
    let begun = Instant::now();
    while runs() {
        assert!(begun.elapsed() < PATIENCE, "a connection that breaks ends the work");
    }
    server.stop();
}
