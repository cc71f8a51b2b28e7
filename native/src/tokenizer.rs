//! Texts to ids, by a model's tokenizer.json and the `tokenizers` library, which made the ids that
//! the model was trained on.

use std::panic::{self, AssertUnwindSafe};
use std::str;
use std::sync::Once;

use crate::error::{Error, Result};

/// Limits of regular expressions, since the file is another party's: a pattern that asks for more
/// is an error. Oniguruma's own are none for the first two, and its parser, which calls itself,
/// would go deeper than the stack of a Java thread.
mod limits {
    /// Steps back in the search for one match: some ten seconds.
    pub const RETRIES: u64 = 1_000_000_000;
    /// Places to step back to that are kept at once: 128 MiB.
    pub const STACK_ENTRIES: u32 = 1 << 22;
    /// Twice the parentheses that may be inside one another.
    pub const DEPTH: u32 = 200;
}

/// Immutable but for a cache of its own behind a lock.
pub struct Tokenizer(tokenizers::Tokenizer);

impl Tokenizer {
    /// Reads a tokenizer. The file's truncation and padding are switched off, because the caller
    /// who cuts a text says so, and padding is the batch's business.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        static LIMITED: Once = Once::new();
        LIMITED.call_once(|| {
            // SAFETY: these set a number each; nothing of this library has compiled or searched a
            // pattern before.
            unsafe {
                onig_sys::onig_set_retry_limit_in_search(limits::RETRIES);
                onig_sys::onig_set_match_stack_limit_size(limits::STACK_ENTRIES);
                onig_sys::onig_set_parse_depth_limit(limits::DEPTH);
            }
        });
        let mut tokenizer =
            tokenizers::Tokenizer::from_bytes(json).map_err(|e| Error::malformed(e.to_string()))?;
        tokenizer.with_truncation(None).map_err(|e| Error::malformed(e.to_string()))?;
        tokenizer.with_padding(None);
        Ok(Tokenizer(tokenizer))
    }

    /// Returns the ids of a text, special tokens added as the file says. Messages repeat nothing of
    /// the text, panics' ones included.
    pub fn encode(&self, text: &[u8]) -> Result<Vec<u32>> {
        let text = str::from_utf8(text).map_err(|_| Error::malformed("a text is not UTF-8"))?;
        let encoding = panic::catch_unwind(AssertUnwindSafe(|| self.0.encode_fast(text, true)));
        match encoding {
            Ok(Ok(encoding)) => Ok(encoding.get_ids().to_vec()),
            _ => Err(Error::malformed("the tokenizer has no ids for a text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    /// Returns a tokenizer with a word for each id, unknown ones refused or not. The file cuts
    /// after two and fills up to four.
    fn words(unknown: &str) -> Vec<u8> {
        let json = r#"{
            "version": "1.0",
            "truncation": {
                "direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0
            },
            "padding": {
                "strategy": {"Fixed": 4}, "direction": "Right", "pad_to_multiple_of": null,
                "pad_id": 0, "pad_type_id": 0, "pad_token": "a"
            },
            "added_tokens": [],
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "Whitespace"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [
                    {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "end", "type_id": 0}}
                ],
                "pair": [
                    {"Sequence": {"id": "A", "type_id": 0}},
                    {"Sequence": {"id": "B", "type_id": 1}}
                ],
                "special_tokens": {"end": {"id": "end", "ids": [9], "tokens": ["end"]}}
            },
            "decoder": null,
            "model": {
                "type": "WordLevel",
                "vocab": {"a": 0, "b": 1, "c": 2, "end": 9},
                "unk_token": "UNKNOWN"
            }
        }"#;
        json.replace("UNKNOWN", unknown).into_bytes()
    }

    #[test]
    fn words_have_ids_and_an_end() {
        let tokenizer = Tokenizer::from_json(&words("c")).unwrap();
        assert_eq!(tokenizer.encode("B a c b what".as_bytes()).unwrap(), [1, 0, 2, 1, 2, 9]);
        assert_eq!(tokenizer.encode(b"").unwrap(), [9]);
    }

    /// Splits by a pattern; letters are ids, and what is none of a, b, c and end is unknown.
    fn splitting(pattern: &str) -> Vec<u8> {
        let split = serde_json::json!({
            "type": "Split", "pattern": {"Regex": pattern}, "behavior": "Removed", "invert": false
        });
        let mut json: serde_json::Value = serde_json::from_slice(&words("end")).unwrap();
        json["pre_tokenizer"] = split;
        serde_json::to_vec(&json).unwrap()
    }

    /// In Oniguruma's syntax, which the Python library has, lines have beginnings and ends without
    /// (?m), and classes hold all of Unicode.
    #[test]
    fn patterns_are_oniguruma_s() {
        let ids = |pattern: &str, text: &str| {
            Tokenizer::from_json(&splitting(pattern)).unwrap().encode(text.as_bytes()).unwrap()
        };
        assert_eq!(ids("^ +", " a\n  b"), [9, 1, 9], "a\\n is no word of the vocabulary");
        assert_eq!(ids("\\n|^ +", " a\n  b"), [0, 1, 9]);
        assert_eq!(ids("\\n| +$", "a \nb  "), [0, 1, 9]);
        assert_eq!(ids("[[:punct:]]", "a$b\u{2014}c"), [0, 1, 2, 9]);
        assert_eq!(ids("[^[:alpha:]]+", "a1\u{0661} b"), [0, 1, 9]);
        assert_eq!(ids("(?<=a)x(?!y)|\\W", "axb c"), [0, 1, 2, 9]);
    }

    #[test]
    fn patterns_without_end_are_errors() {
        for pattern in [
            "(".repeat(5000) + &")".repeat(5000),
            "(?:".repeat(5000) + &")*".repeat(5000),
            "[".repeat(5000),
            "(a".to_string(),
        ] {
            assert_eq!(
                Tokenizer::from_json(&splitting(&pattern)).err().unwrap().code,
                Code::MalformedMessage
            );
        }
        let long = (0..2000).map(|i| format!("{i}x")).collect::<Vec<_>>().join("|");
        assert_eq!(
            Tokenizer::from_json(&splitting(&long)).unwrap().encode(b"a1999xb").unwrap(),
            [0, 1, 9]
        );

        let slow = Tokenizer::from_json(&splitting("(?:a|a)+(?=\\d)")).unwrap();
        let text = "a".repeat(60) + "!";
        assert_eq!(
            slow.encode(text.as_bytes()).unwrap_err(),
            Error::malformed("the tokenizer has no ids for a text")
        );
        assert_eq!(slow.encode(b"aa1").unwrap(), [9, 9], "the tokenizer still works");
    }

    #[test]
    fn errors_repeat_nothing_of_the_text() {
        let tokenizer = Tokenizer::from_json(&words("none")).unwrap();
        let refused = |text: &[u8]| tokenizer.encode(text).unwrap_err();
        assert_eq!(refused(b"a secret"), Error::malformed("the tokenizer has no ids for a text"));
        assert_eq!(refused(b"a \xff"), Error::malformed("a text is not UTF-8"));
        for json in [&b"{}"[..], b"", b"\x80\x04", &words("c")[..800]] {
            assert_eq!(Tokenizer::from_json(json).err().unwrap().code, Code::MalformedMessage);
        }
    }
}
