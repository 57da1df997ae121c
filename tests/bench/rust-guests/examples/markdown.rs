//! Makes HTML of a Markdown document of some 24 KiB with pulldown-cmark.

use pulldown_cmark::{Options, Parser, html};
use rust_guests::{Numbers, checksum, guest, prose};

fn document() -> String {
    let mut numbers = Numbers::new(6);
    let mut text = String::new();
    while text.len() < 24 << 10 {
        let mut some = |bytes| prose(bytes, numbers.next()).replace('\n', " ");
        text += &match text.len() % 7 {
            0 => format!("# {}\n\n", some(20)),
            1 => format!("* {}\n* *{}*\n  * `{}`\n\n", some(40), some(20), some(10)),
            2 => format!("```rust\n{}\n{}\n```\n\n", some(40), some(60)),
            3 => format!(
                "| {} | {} |\n| --- | --: |\n| {} | **{}** |\n\n",
                some(8),
                some(8),
                some(9),
                some(9)
            ),
            4 => format!("> {}\n> {}\n\n", some(60), some(50)),
            _ => format!(
                "{} [{}](https://example.org/{}) & <b>{}</b>\n{}\n\n",
                some(80),
                some(10),
                text.len(),
                some(9),
                some(120)
            ),
        };
    }
    text
}

guest!(|| {
    let text = document();
    let mut page = String::new();
    move |_: u32| {
        page.clear();
        html::push_html(&mut page, Parser::new_ext(&text, Options::all()));
        checksum(page.as_bytes())
    }
});
