//! Texts to ids, by a model's tokenizer.json and the `tokenizers` library, which is what made the ids that the model was trained on.

use std::panic::{self, AssertUnwindSafe};
use std::str;

use crate::error::{Error, Result};

/// Immutable but for a cache of its own behind a lock.
pub struct Tokenizer(tokenizers::Tokenizer);

impl Tokenizer {
    /// What the file asks for of truncation and padding is switched off: whoever cuts a text says so, and padding is the batch's business.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        let mut tokenizer = tokenizers::Tokenizer::from_bytes(json).map_err(|e| Error::malformed(e.to_string()))?;
        tokenizer.with_truncation(None).map_err(|e| Error::malformed(e.to_string()))?;
        tokenizer.with_padding(None);
        Ok(Tokenizer(tokenizer))
    }

    /// The ids of a text, special tokens added as the file says. Messages repeat nothing of the text, panics' ones included.
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

    /// A word for each id, unknown ones refused or not; the file cuts after two and fills up to four.
    fn words(unknown: &str) -> Vec<u8> {
        let json = r#"{"version": "1.0", "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
            "padding": {"strategy": {"Fixed": 4}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0,
            "pad_token": "a"}, "added_tokens": [], "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
            "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "end", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}},
            {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"end": {"id": "end", "ids": [9], "tokens": ["end"]}}},
            "decoder": null, "model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1, "c": 2, "end": 9}, "unk_token": "UNKNOWN"}}"#;
        json.replace("UNKNOWN", unknown).into_bytes()
    }

    #[test]
    fn words_have_ids_and_an_end() {
        let tokenizer = Tokenizer::from_json(&words("c")).unwrap();
        assert_eq!(tokenizer.encode("B a c b what".as_bytes()).unwrap(), [1, 0, 2, 1, 2, 9]);
        assert_eq!(tokenizer.encode(b"").unwrap(), [9]);
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
