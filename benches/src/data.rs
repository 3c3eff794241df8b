//! The four inputs, made from a seed: three lists of fictional people and one that does not compress.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// One size of input.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Case {
    List(u64),
    Random(u64),
}

impl Case {
    pub(crate) const ALL: [Case; 4] = [
        Case::List(200),
        Case::List(100_000),
        Case::List(5_000_000),
        Case::Random(1 << 30),
    ];

    pub(crate) fn name(self) -> String {
        match self {
            Case::List(rows) => format!("{rows} rows"),
            Case::Random(bytes) => format!("{} MiB random", bytes >> 20),
        }
    }

    pub(crate) fn rounds(self) -> usize {
        match self {
            Case::List(rows) if rows <= 1_000 => 21,
            Case::List(rows) if rows <= 100_000 => 9,
            _ => 3,
        }
    }

    pub(crate) fn write(self, path: &Path) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
        let mut random = SplitMix(20_231_107);
        match self {
            Case::List(rows) => {
                out.write_all(
                    b"source_row,county_name,town_name,name,id_no,phone,self_paid,as_of\n",
                )?;
                for row in 0..rows {
                    write_row(&mut out, row + 2, &mut random)?;
                }
            }
            Case::Random(bytes) => {
                for _ in 0..bytes / 8 {
                    out.write_all(&random.next().to_le_bytes())?;
                }
            }
        }
        out.flush()
    }
}

/// Steele, Lea and Flood's SplitMix64: small, fast, the same everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap_or(0)]
    }
}

const COUNTIES: [&str; 10] = [
    "驿城区",
    "西平县",
    "上蔡县",
    "平舆县",
    "正阳县",
    "确山县",
    "泌阳县",
    "汝南县",
    "遂平县",
    "新蔡县",
];
const TOWNS: [&str; 8] = [
    "东风街道",
    "水屯镇",
    "沙河店镇",
    "板桥镇",
    "诸市镇",
    "蚁蜂镇",
    "胡庙乡",
    "古城街道",
];
const FAMILY: [&str; 12] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙",
];
const GIVEN: [&str; 16] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明",
];
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

fn write_row<W: Write>(out: &mut W, row: u64, random: &mut SplitMix) -> io::Result<()> {
    let county = random.pick(&COUNTIES);
    let town = random.pick(&TOWNS);
    let name = [
        random.pick(&FAMILY),
        random.pick(&GIVEN),
        random.pick(&GIVEN),
    ]
    .concat();
    let (year, month, day) = (
        1940 + random.below(80),
        1 + random.below(12),
        1 + random.below(28),
    );
    let mut id = format!(
        "41282{}{year}{month:02}{day:02}{:03}",
        1 + random.below(9),
        random.below(1000)
    );
    let sum: u32 = id
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    id.push(char::from(b"10X98765432"[(sum % 11) as usize]));
    let phone = 13_000_000_000 + random.below(7_000_000_000);
    let (yuan, fen) = (random.below(60_000), random.below(100));
    writeln!(
        out,
        "{row},{county},{town},{name},{id},{phone},{yuan}.{fen:02},2026-11-{day:02}"
    )
}
