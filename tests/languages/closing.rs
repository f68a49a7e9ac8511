//! A client that is closed, or a list, while another thread is inside a call: nothing that the call uses is freed under it.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::languages::{LANGUAGES, Program, built, with_program};
use super::lists::pages;
use super::report::{command, is_here, said};
use crate::support::answers::{job_named, ok};
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Service, Step};

/// What a program in `closing/` prints, what it is answered, request by request, and after how many requests it may go on:
/// then the call that it closes something under is inside of the library.
struct Scene {
    said: &'static str,
    answers: Vec<Script>,
    turns: &'static [usize],
}

fn scene(name: &str) -> Option<Scene> {
    let [first, second, third] = pages(5).map(|page| vec![Step::Send(page)]);
    let stall = || vec![Step::Stall];
    match name {
        // A call that ends, and what is closed then; a list that outlives its client; a list that is closed.
        "Java" => Some(Scene {
            said: "CBJ_ERROR_CANCELLED\nCBJ_ERROR_INVALID_ARGUMENT\n\
                   CBJ_ERROR_CANCELLED\nIB3 IB2 IB1 IB4 IB5 true\n\
                   IB3 IB2\nwaits\nCBJ_ERROR_CANCELLED\nCBJ_ERROR_INVALID_ARGUMENT\n\
                   CBJ_ERROR_CANCELLED\nCBJ_ERROR_CANCELLED\n",
            answers: vec![stall(), first.clone(), stall(), second, third, first.clone(), stall(), first, stall()],
            turns: &[1, 3, 7, 9],
        }),
        // Two calls that go on to their end, and what is closed then.
        "Go" | "C#" => {
            let late = vec![Step::Pause(Duration::from_millis(500)), Step::Send(ok(job_named("FB1")))];
            Some(Scene { said: "FB1 FB1\nclosed\n", answers: vec![late.clone(), late], turns: &[2] })
        }
        _ => None,
    }
}

#[test]
fn nothing_is_freed_under_a_call() {
    let mut wrong = Vec::new();
    for language in LANGUAGES.iter().filter(|language| is_here(language)) {
        let Some(scene) = scene(language.name) else { continue };
        let program = with_program(language, "closing");
        let found = play(&program, &scene);
        if found != (scene.said.to_owned(), String::new(), Some(0)) {
            wrong.push(format!("{}: {found:?}\nexpected {:?}", language.name, scene.said));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn play(program: &Program, scene: &Scene) -> (String, String, Option<i32>) {
    let answers = scene.answers.clone();
    let service = Service::new(move |number, _| answers[number].clone());
    let server = ScriptedServer::start([vec![Step::Serve(service)]], Afterwards::RepeatLast);
    let base_url = server.url();
    // The C library overwrites what is freed, and keeps none of it for the thread: nobody can read it by chance.
    let environment = [
        ("CBJ_BASE_URL", &*base_url),
        ("CBJ_ACCESS_TOKEN", "of-the-test"),
        ("CBJ_MAX_RETRIES", "0"),
        ("CBJ_TIMEOUT_MS", "10000"),
        ("MALLOC_PERTURB_", "165"),
        ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0"),
    ];
    let mut command = command(program, &[], &environment);
    // A Java that crashes writes a file.
    command.current_dir(built("closing"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut turns = child.stdin.take().expect("is a pipe");
    for requests in scene.turns {
        let began = Instant::now();
        while server.requests().len() < *requests && child.try_wait().expect("can be asked").is_none() {
            assert!(began.elapsed() < Duration::from_secs(60), "{command:?}: no request {requests}");
            std::thread::sleep(Duration::from_millis(5));
        }
        // A program that has crashed does not read it.
        let _ = turns.write_all(b"\n");
    }
    said(&child.wait_with_output().expect("the program ends"))
}
