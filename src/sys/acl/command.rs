//! Commands that can be pasted into cmd.exe and into PowerShell, in every language of Windows.

use super::sid::Sid;

/// What is done to a file. Users are written as identifiers (`*S-1-1-0`), because names differ between languages.
#[derive(Debug)]
pub(super) enum Step<'a> {
    /// Makes the group of administrators the owner. `icacls /setowner` would need access to the file.
    GiveToAdministrators,
    /// Replaces the list by what the folder passes on. Only this removes every type of entry, and makes a list where there
    /// is none.
    Reset,
    /// Removes what the folder passes on and the entries of `removed`, and replaces those of SYSTEM, Administrators and
    /// `grants`.
    Set { removed: Vec<&'a Sid>, grants: Vec<(&'a Sid, char)> },
}

impl Step<'_> {
    /// The command. `path` is in quotes already.
    fn text(&self, path: &str) -> String {
        let listed = |option: &str, list: Vec<String>| match list.is_empty() {
            true => String::new(),
            false => format!(" {option} {}", list.join(" ")),
        };
        match self {
            Self::GiveToAdministrators => format!("takeown /f {path} /a"),
            Self::Reset => format!("icacls {path} /reset"),
            // PowerShell would read parentheses around rights as code.
            Self::Set { removed, grants } => format!(
                "icacls {path} /inheritance:r{} /grant:r *S-1-5-18:F *S-1-5-32-544:F{}",
                listed("/remove:g", removed.iter().map(|sid| format!("*{sid}")).collect()),
                grants.iter().map(|(sid, right)| format!(" *{sid}:{right}")).collect::<String>(),
            ),
        }
    }
}

/// The steps as one command, and the kind of console that it is for.
pub(super) fn command(path: &str, steps: &[Step<'_>]) -> (String, &'static str) {
    let join = |path: &str| steps.iter().map(|step| step.text(path)).collect::<Vec<_>>().join("; ");
    if path.chars().any(means_something_in_quotes) {
        return (join(&literal(path)), "PowerShell console");
    }
    let text = match steps {
        [step] => step.text(&format!("\"{path}\"")),
        // The two shells have no common mark between commands.
        _ => format!("powershell -Command \"{}\"", join(&literal(path))),
    };
    (text, "console")
}

/// Whether a shell does something with `c` in a text in double quotes. PowerShell takes typographic quotes for quotes.
fn means_something_in_quotes(c: char) -> bool {
    matches!(c, '"' | '%' | '!' | '$' | '`' | '\u{201C}'..='\u{201E}') || c.is_control()
}

/// `path` in single quotes, in which PowerShell takes every character as it is, but the quotes themselves.
fn literal(path: &str) -> String {
    let mut quoted = String::from("'");
    for c in path.chars() {
        if matches!(c, '\'' | '\u{2018}'..='\u{201B}') {
            quoted.push(c);
        }
        quoted.push(c);
    }
    quoted.push('\'');
    quoted
}

/// An absolute path as `icacls` takes it: without the beginning `\\?\`, in which it would read a wildcard.
pub(crate) fn spelled_for_icacls(path: &str) -> String {
    if let Some(share) = path.strip_prefix(r"\\?\UNC\") {
        return format!(r"\\{share}");
    }
    let on_a_drive = path.strip_prefix(r"\\?\").filter(|rest| rest.get(1..2) == Some(":"));
    on_a_drive.unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::sid::tests::sid;
    use super::*;

    #[test]
    fn a_command_means_the_same_in_both_shells() {
        let (everyone, user) = (sid("S-1-1-0"), sid("S-1-5-21-1-2-3-1001"));
        let set = || Step::Set { removed: vec![&everyone], grants: vec![(&user, 'R')] };
        assert_eq!(
            command(r"C:\a b\it's & (x).json", &[set()]),
            (
                r#"icacls "C:\a b\it's & (x).json" /inheritance:r /remove:g *S-1-1-0 /grant:r *S-1-5-18:F *S-1-5-32-544:F *S-1-5-21-1-2-3-1001:R"#
                    .to_owned(),
                "console"
            )
        );
        let plain = Step::Set { removed: vec![], grants: vec![] };
        assert_eq!(
            command(r"C:\it's", &[Step::GiveToAdministrators, Step::Reset, plain]).0,
            r#"powershell -Command "takeown /f 'C:\it''s' /a; icacls 'C:\it''s' /reset; icacls 'C:\it''s' /inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F""#
        );
    }

    /// In double quotes cmd.exe replaces `%NAME%`, PowerShell replaces `$NAME` and ends at a typographic quote.
    #[test]
    fn what_a_shell_would_replace_is_for_powershell_alone() {
        for c in ["%PATH%", "$x", "`n", "\u{201C}", "\u{201D}", "\u{201E}", "!x!", "\n"] {
            let path = format!(r"C:\{c}\it’s");
            let expected = format!(r"icacls 'C:\{c}\it’’s' /reset");
            assert_eq!(command(&path, &[Step::Reset]), (expected, "PowerShell console"));
        }
    }

    #[test]
    fn icacls_is_given_no_wildcard() {
        for (path, spelled) in [
            (r"\\?\C:\x", r"C:\x"),
            (r"\\?\UNC\server\share\x", r"\\server\share\x"),
            (r"\\server\share\x", r"\\server\share\x"),
            (r"C:\x", r"C:\x"),
            (r"\\?\Volume{1}\x", r"\\?\Volume{1}\x"),
        ] {
            assert_eq!(spelled_for_icacls(path), spelled);
        }
    }
}
