//! A Rust library of somebody else, that a program links beside this one.

/// Panics inside and catches it, so that both libraries' copies of the standard library have to unwind.
#[unsafe(no_mangle)]
pub extern "C" fn other_library_length(length: i32) -> i32 {
    std::panic::set_hook(Box::new(|_| {}));
    let caught = std::panic::catch_unwind(|| {
        if length < 0 {
            panic!("negative");
        }
        length
    });
    caught.unwrap_or(-1)
}
