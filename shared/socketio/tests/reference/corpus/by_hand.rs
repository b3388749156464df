//! Cases for each thing that parsers disagree about. Lists stand in lines, not one item to a line.

use super::{Case, Part, case};

/// Cases written by hand, class by class.
#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut texts = |texts: &[&str]| cases.extend(texts.iter().map(|text| case(*text, &[])));
    // Types.
    texts(&[
        "", " ", "\t", "\u{a0}", "\u{feff}", "\u{feff}0", " 0", "7", "8", "9", "a", "-", "é", "😀", "\0", "٣", "00",
        "0 ", "1 ",
    ]);
    // Data of each kind.
    for kind in ["0", "1", "2", "3", "30", "4", "0/n,", "1/n,", "2/n,", "3/n,0", "4/n,"] {
        let data = [
            "", "null", "true", "false", "0", "7", "-1", "\"x\"", "[]", "{}", "[\"x\"]", "{\"message\":1}", "[null]",
            "undefined",
        ];
        texts(&data.map(|data| format!("{kind}{data}")).each_ref().map(String::as_str));
    }
    // Names of events.
    let names = [
        "1", "-1.5", "1e400", "null", "true", "{}", "[]", "[\"x\"]", "\"\"", "\"connect\"", "\"connect_error\"",
        "\"disconnect\"", "\"disconnecting\"", "\"newListener\"", "\"removeListener\"", "\"conn\\u0065ct\"",
        "\"error\"", "\"__proto__\"", "\"connect \"", "\"\\ud800\"", "\"\\u0000\"", "{\"toString\":1}",
    ];
    for name in names {
        texts(&[&format!("2[{name}]"), &format!("27[{name},1]")]);
    }
    // Ids.
    let ids = [
        "0", "00", "007", "9007199254740993", "18446744073709551615", "18446744073709551616",
        "99999999999999999999999999", "-1", "-0", "+1", "1.5", "1.0", "1e3", "0x1", "1_0", "١", " ", "  ", " 5",
        "5 ", "5 6", "\u{a0}5", "\u{feff}", "\u{85}", "\u{2028}1", "\n", "\u{180e}", "\u{3000}7\t",
    ];
    for id in ids {
        texts(&[
            &format!("2{id}[\"x\"]"),
            &format!("3{id}[]"),
            &format!("2/n,{id}[\"x\"]"),
            &format!("0{id}{{}}"),
            &format!("1{id}"),
        ]);
    }
    texts(&[&format!("2{}[\"x\"]", "9".repeat(400)), "2[\"x\"]7", "2/n[\"x\"]", "2/n7[\"x\"]"]);
    // Namespaces.
    texts(&[
        "0/", "0/,", "0//", "0/a", "0/a,", "0/a,,", "0/a?x=1,", "0/a?x=1", "0/a?x={\"y\":1},{\"z\":2}", "0/a b,",
        "0/é😀,", "0/\0,", "0a", "0,", "0/a/b,{}", "0/%2f,", "0/\"a\",", "2/a?x=1,[\"e\"]", "2/a,b,[\"e\"]",
        "2/,5[\"e\"]", "2/5,6[\"e\"]", "2/[\"x\"]", "0?x=1", "1/a?x=1",
    ]);
    for len in [255, 256, 1_000] {
        texts(&[&format!("0/{}", "n".repeat(len)), &format!("2/{},[\"x\"]", "n".repeat(len))]);
    }
    // Numbers.
    let numbers = [
        "-0", "0.0", "-0.0", "0e0", "1e400", "-1e400", "1e-400", "-1e-400", "1e308", "1.7976931348623157e308",
        "1.7976931348623159e308", "4.9e-324", "2.4e-324", "5e-324", "9007199254740991", "9007199254740992",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616", "123456789012345678901234567890",
        "0.1", "0.3", "2.2250738585072011e-308", "1.1e1", "1E+2", "1e00005", "123456789.123456789",
        "7.2057594037927933e16", "9.5e-5", "8.41e21", "01", "-01", "00", "1.", ".5", "-", "+1", "1e", "1e+", "1.e1",
        "0x10", "1n", "1_000", "NaN", "Infinity", "-Infinity", "- 1", "1 2", "--1", "1e1.5", "٣",
    ];
    for number in numbers {
        texts(&[&format!("2[\"x\",{number}]"), &format!("0{{\"a\":{number}}}")]);
    }
    texts(&[
        &format!("2[\"x\",{}]", "7".repeat(500)),
        &format!("2[\"x\",0.{}1]", "0".repeat(500)),
        &format!("2[\"x\",1e{}]", "9".repeat(50)),
        &format!("2[\"x\",1{}e-400]", "0".repeat(400)),
    ]);
    // Strings.
    let strings = [
        "\\ud800", "\\udc00", "\\ud800x", "\\ud800\\ud800", "\\ud800\\ud800\\udc00", "\\udc00\\ud800",
        "\\ud83d\\ude00", "\\uD83D\\uDE00", "\\ud800\\u0041", "\\ud800\\n", "\\udbff\\udfff", "\\ud800\\u",
        "\\ud800\\udc0", "\\ud800\\", "\\u", "\\u00", "\\u00g0", "\\u+041", "\\U0041", "\\x41", "\\u{41}", "\\0",
        "\\'", "\\a", "\\v", "\\", "\n", "\t", "\0", "\u{1f}", "\u{7f}", "\u{80}", "\u{2028}", "\u{feff}",
        "\u{ffff}", "\\u0000", "\\/", "é", "😀", "'", "\\\"", "12345678\\n", "1234567\u{1}", "12345678é\\u00e9",
        "\\u00E9\\u00e9",
    ];
    for string in strings {
        texts(&[
            &format!("2[\"x\",\"{string}\"]"),
            &format!("2[\"{string}\"]"),
            &format!("0{{\"{string}\":1}}"),
            &format!("4\"{string}\""),
        ]);
    }
    texts(&["2['x']", "2[\"x]", "2[x]", "2[\"x\"", "2[\"x\",\"", "2[\"a\"\"b\"]"]);
    // Lists, maps and what stands around them.
    texts(&[
        "2[\"x\",]", "2[,\"x\"]", "2[\"x\",,1]", "2[\"x\" 1]", "2[\"x\"]]", "2[\"x\"],", "2[\"x\"] ",
        "2[\"x\"]\n\t\r ", "2[\"x\"]\u{a0}", "2[\"x\"]\0", "2[\"x\"]x", "2[\"x\"][]", "2[\"x\"]//c", "2[\"x\"/*c*/]",
        "2 [ \"x\" , 1 ] ", "2[ \"x\" , { \"a\" : 1 , \"b\" : [ ] } ]", "2[\"x\",\u{a0}1]", "2[\"x\",\u{feff}1]",
        "2\u{feff}[\"x\"]", "2[\u{b}\"x\"]", "0{", "0}", "0{}}", "0{}{}", "0{,}", "0{\"a\"}", "0{\"a\":}",
        "0{\"a\":1,}", "0{a:1}", "0{1:1}", "0{\"a\" 1}", "0{\"a\":1 \"b\":2}", "0{null:1}", "0 {}", "0\n{\"a\":1}",
        "0{\"a\":tru}", "0{\"a\":True}", "0{\"a\":nul}", "0{\"a\":truee}", "4tru", "4 \"x\"",
    ]);
    // Names in maps.
    let maps = [
        r#"{"a":1,"a":2}"#, r#"{"a":1,"b":2,"a":3}"#, r#"{"a":{"x":1},"a":{"y":2}}"#, r#"{"__proto__":1}"#,
        r#"{"__proto__":null}"#, r#"{"__proto__":{"x":1},"x":2}"#, r#"{"__proto__":1,"__proto__":2}"#,
        r#"{"constructor":1,"toString":2,"hasOwnProperty":3,"toJSON":4}"#,
        r#"{"b":1,"a":2,"2":3,"1":4,"10":5,"-1":6,"01":7}"#, r#"{"\u0061":1,"a":2}"#, r#"{"":1,"":2}"#,
        r#"{"😀":1,"\uffff":2,"é":3}"#, r#"{"length":5}"#, r#"{"_placeholder":true,"num":0}"#, r#"{"base64":true}"#,
    ];
    for map in maps {
        texts(&[&format!("0{map}"), &format!("2[\"x\",{map}]"), &format!("4{map}")]);
    }
    let names: Vec<String> = (0..100).map(|n| format!("\"k{}\":{n}", n % 60)).collect();
    texts(&[&format!("0{{{}}}", names.join(","))]);
    // Depth and number of values, at the limits and beyond.
    for depth in [31, 32, 127, 128, 500] {
        texts(&[
            &format!("2[\"x\",{}{}]", "[".repeat(depth), "]".repeat(depth)),
            &format!("2[\"x\",{}", "[".repeat(depth)),
        ]);
        texts(&[&format!("0{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth))]);
    }
    for values in [99_998, 99_999] {
        texts(&[&format!("2[\"x\"{}]", ",0".repeat(values))]);
    }
    binary(&mut cases);
    cases
}

/// Packets with attachments.
#[rustfmt::skip]
fn binary(cases: &mut Vec<Case>) {
    // Counts.
    let counts = [
        "", "0", "1", "01", "2", "10", "11", "99", "1.0", "1.5", "+1", "-1", "1e0", "0x1", " 1", "1 ", "1 1", "a",
        "NaN", "Infinity", "1e400", "1n", "99999999999999999999999", "١", "\u{feff}1", "--", "1-1",
    ];
    for count in counts {
        for dash in ["-", ""] {
            cases.push(case(format!(r#"5{count}{dash}["x",{{"_placeholder":true,"num":0}}]"#), &[&[1]]));
            cases.push(case(format!("6{count}{dash}0[]"), &[&[1]]));
        }
    }
    for text in [
        "51-", "51-/n,", "51-7", "61-", "61-0", "61-[]", "51-[]", "51-[7]", "51-{}", "51-null", "51-[\"connect\"]",
        "51-[\"x\"", "51-[\"x\"]x", "51-/n", "51 -[\"x\"]",
    ] {
        cases.push(case(text, &[&[1]]));
    }
    // Attachment numbers, and placeholders that are almost ones.
    let nums = [
        "0", "1", "2", "-1", "-0", "0.0", "-0.0", "0e5", "1.0", "1e0", "10e-1", "0.5", "1.5", "1.9999999999999999",
        "2.0", "1e400", "\"0\"", "null", "true", "[0]", "{}", "18446744073709551616", "4294967296",
        "9007199254740993",
    ];
    for num in nums {
        cases.push(case(format!(r#"52-["x",{{"_placeholder":true,"num":{num}}}]"#), &[&[1], &[2]]));
    }
    let places = [
        r#"{"_placeholder":true}"#, r#"{"_placeholder":false,"num":0}"#, r#"{"_placeholder":1,"num":0}"#,
        r#"{"_placeholder":"true","num":0}"#, r#"{"num":0,"_placeholder":true}"#,
        r#"{"_placeholder":true,"num":0,"more":{"_placeholder":true,"num":9}}"#,
        r#"{"_placeholder":false,"_placeholder":true,"num":0}"#,
        r#"{"_placeholder":true,"_placeholder":false,"num":9}"#, r#"{"_placeholder":true,"num":9,"num":0}"#,
        r#"{"_placeholder":true,"num":0,"num":9}"#, r#"{"\u005fplaceholder":true,"num":0}"#,
        r#"{"__proto__":{"_placeholder":true,"num":0}}"#, r#"{"__proto__":{"_placeholder":true},"num":0}"#,
        r#"[{"a":[{"_placeholder":true,"num":0}]},{"_placeholder":true,"num":0}]"#, r#""_placeholder""#, "null",
        "[]",
    ];
    for place in places {
        for head in ["51-[\"x\",", "51-/n,3[\"x\",", "61-4[", "2[\"x\",", "34["] {
            cases.push(case(format!("{head}{place}]"), if head.starts_with(['5', '6']) { &[&[7, 8]] } else { &[] }));
        }
    }
    cases.push(case(r#"51-[{"_placeholder":true,"num":0}]"#, &[&[1]]));
    // Messages that are missing, too many, or in the wrong order.
    let text = |text: &str| Part::Text(text.to_owned());
    let bytes = || Part::Binary(vec![1, 2]);
    let place = |head: &str| text(&format!(r#"{head}["x",{{"_placeholder":true,"num":0}}]"#));
    let orders = [
        vec![],
        vec![bytes()],
        vec![text("2[\"x\"]"), bytes()],
        vec![place("51-")],
        vec![place("52-"), bytes()],
        vec![place("51-"), bytes(), bytes()],
        vec![place("52-"), bytes(), text("2[\"y\"]")],
        vec![place("51-"), text("2[\"y\"]"), bytes()],
        vec![place("51-"), bytes(), place("51-/n,4"), bytes(), text("1")],
        vec![text("0"), text("2[\"a\"]"), text("1"), text("2[\"b\"]")],
        vec![text("2[\"a\"]"), text("2[connect]"), text("2[\"b\"]")],
    ];
    cases.extend(orders.map(|parts| Case { parts }));
}
