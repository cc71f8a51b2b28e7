//! Builds Microsoft SEAL 4.0 (or takes an installed one) and the shim over it, statically and
//! without `-march=native`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// The only series of SEAL that the shim was written for: 4.1 changed the form in which BGV
/// ciphertexts are kept.
const SEAL_SERIES: &str = "4.0";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=cpp/shim.cpp");
    println!("cargo:rerun-if-env-changed=SEAL_DIR");
    let prefix = match env::var_os("SEAL_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => build_seal(&copy_seal_source(&seal_package())),
    };
    let include = prefix.join(format!("include/SEAL-{SEAL_SERIES}"));
    let version = seal_version(&include);
    assert!(
        version.split('.').take(2).eq(SEAL_SERIES.split('.')),
        "SEAL {version} is not supported: the shim needs SEAL {SEAL_SERIES}.x \
         (BGV ciphertexts in coefficient form)"
    );
    println!("cargo:rustc-env=SECMOE_SEAL_VERSION={version}");

    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .opt_level(3)
        .define("NDEBUG", None)
        .cpp_link_stdlib(None)
        .include(&include)
        .file("cpp/shim.cpp")
        .compile("secmoe_shim");
    for lib in ["lib", "lib64"].map(|d| prefix.join(d)).iter().filter(|d| d.is_dir()) {
        println!("cargo:rustc-link-search=native={}", lib.display());
    }
    println!("cargo:rustc-link-lib=static=seal-{SEAL_SERIES}");
    link_cpp_runtime();
}

/// Folder of the registry package that carries SEAL: `cargo metadata` knows it for a registry, a
/// vendored folder or a cache.
fn seal_package() -> PathBuf {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("Cargo.toml");
    let output = Command::new(env::var_os("CARGO").unwrap())
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
        .arg(manifest)
        .output()
        .expect("running cargo metadata");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata's JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let package =
        packages.iter().find(|p| p["name"] == "seal_fhe").expect("seal_fhe in Cargo.lock");
    Path::new(package["manifest_path"].as_str().expect("a path")).parent().unwrap().to_path_buf()
}

/// A private copy, since nothing may be written into cargo's registry.
fn copy_seal_source(package: &Path) -> PathBuf {
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap()).join("seal-source");
    if !target.join("CMakeLists.txt").exists() {
        copy_tree(&package.join("SEAL"), &target).expect("copying SEAL's source");
    }
    target
}

fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn build_seal(source: &Path) -> PathBuf {
    let mut config = cmake::Config::new(source);
    config.profile("Release");
    for language in ["C", "CXX"] {
        config.define(format!("CMAKE_{language}_FLAGS_RELEASE"), "-O3 -DNDEBUG");
    }
    for (switch, on) in [
        ("FETCHCONTENT_FULLY_DISCONNECTED", true),
        ("BUILD_SHARED_LIBS", false),
        ("SEAL_BUILD_DEPS", true),
        ("SEAL_BUILD_SEAL_C", false),
        ("SEAL_BUILD_BENCH", false),
        ("SEAL_BUILD_EXAMPLES", false),
        ("SEAL_BUILD_TESTS", false),
        ("SEAL_USE_CXX17", true),
        ("SEAL_USE_INTRIN", true),
        ("SEAL_USE_MSGSL", false),
        ("SEAL_USE_ZLIB", false),
        ("SEAL_USE_ZSTD", false),
        ("SEAL_USE_INTEL_HEXL", false),
        ("SEAL_USE_GAUSSIAN_NOISE", false),
        // An exception that depends on a value is something a peer could observe.
        ("SEAL_THROW_ON_TRANSPARENT_CIPHERTEXT", false),
    ] {
        config.define(switch, if on { "ON" } else { "OFF" });
    }
    config.build()
}

fn seal_version(include: &Path) -> String {
    let header = include.join("seal/util/config.h");
    let text = fs::read_to_string(&header).unwrap_or_else(|e| {
        panic!(
            "no SEAL {SEAL_SERIES} under SEAL_DIR: {} cannot be read ({e}); \
             other versions are not supported",
            header.display()
        )
    });
    let line = text
        .lines()
        .find(|l| l.trim_start().starts_with("#define SEAL_VERSION "))
        .expect("SEAL_VERSION in config.h");
    line.split('"').nth(1).expect("a quoted version").to_string()
}

/// The C++ runtime goes into the library where the compiler has it as an archive: small Java images
/// may lack libstdc++.so.
fn link_cpp_runtime() {
    let compiler = cc::Build::new().cpp(true).get_compiler();
    let output = compiler.to_command().arg("-print-file-name=libstdc++.a").output();
    let archive = output.ok().map(|o| PathBuf::from(String::from_utf8_lossy(&o.stdout).trim()));
    match archive.as_deref().filter(|a| a.is_absolute()).and_then(Path::parent) {
        Some(folder) => {
            println!("cargo:rustc-link-search=native={}", folder.display());
            println!("cargo:rustc-link-lib=static=stdc++");
        }
        None => println!("cargo:rustc-link-lib=dylib=stdc++"),
    }
}
