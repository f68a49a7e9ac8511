// Prints the library that the npm package chooses on each of many systems: node chooser.js PACKAGE FOLDER. PACKAGE is the
// unpacked package; FOLDER takes files that stand for node's own program.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const koffi = require('koffi');

const [package_, folder] = process.argv.slice(2);
const module_ = path.join(path.resolve(package_), 'cloudbackupjobs.js');

function program(name, loader) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, loader === null ? 'MZ' : `\x7fELF${'\0'.repeat(700)}${loader}\0`);
    return file;
}

const GLIBC = program('glibc', '/lib64/ld-linux-x86-64.so.2');
const MUSL = program('musl', '/lib/ld-musl-x86_64.so.1');
const OTHER = program('other', null);
const ABSENT = path.join(folder, 'absent');

function chosen(platform, arch, execPath, glibc) {
    const faked = { platform, arch, execPath, report: { getReport: () => ({ header: { glibcVersionRuntime: glibc } }) } };
    for (const [name, value] of Object.entries(faked)) Object.defineProperty(process, name, { value, configurable: true });
    let file = null;
    koffi.load = (asked) => {
        file = asked;
        throw new Error('not loaded');
    };
    delete require.cache[module_];
    try {
        require(module_);
    } catch (error) {
        if (error.cause?.message !== 'not loaded') throw error;
    }
    return path.isAbsolute(file) ? path.relative(path.dirname(module_), file) : file;
}

for (const [name, file, glibc] of [
    ['glibc', GLIBC, undefined],
    ['musl', MUSL, '2.17'],
    // Where the program does not tell, the report does.
    ['other with glibc', OTHER, '2.17'],
    ['other without', OTHER, undefined],
    ['unreadable with glibc', ABSENT, '2.36'],
]) {
    for (const cpu of ['x64', 'arm64', 'arm', 'ia32', 'riscv64']) {
        console.log(`linux ${cpu} ${name}: ${chosen('linux', cpu, file, glibc)}`);
    }
}
for (const [platform, cpu] of [['win32', 'x64'], ['win32', 'arm64'], ['darwin', 'arm64'], ['freebsd', 'x64']]) {
    console.log(`${platform} ${cpu}: ${chosen(platform, cpu, ABSENT, undefined)}`);
}
