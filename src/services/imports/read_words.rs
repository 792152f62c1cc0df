//! The reader's refusals and notes in both languages.

use domain::{Fault, FaultKind, Wording};
use exchange::{ReadError, ReadNote};

/// A refusal of a whole file.
pub(super) fn refusal(error: &ReadError) -> Fault {
    let zh = match error {
        ReadError::Empty => "文件是空的；请选择含有表头和数据行的文件".to_owned(),
        ReadError::TooManyBytes { bytes, limit } => format!("文件有 {bytes} 字节，最多 {limit} 字节；请拆分后上传"),
        ReadError::NotATable { what } => format!("这个文件不是表格（{what}）；请另存为 CSV 或 XLSX 后上传"),
        ReadError::UnknownEncoding { name } => {
            format!("没有名为“{name}”的编码；可用 UTF-8、GB18030、Big5、UTF-16LE、UTF-16BE、windows-1252")
        }
        ReadError::WrongEncoding { declared, row, offset, fits } => {
            let fits = fits
                .as_ref()
                .map_or_else(|| "已知编码都不符合，请另存为 UTF-8".to_owned(), |fits| format!("{fits} 符合"));
            format!("文件不是 {declared} 编码：第 {row} 行（第 {offset} 字节）无法按此编码读出；{fits}")
        }
        ReadError::BadBytes { encoding, row, column, .. } => {
            format!(
                "文件看来是 {encoding} 编码，但第 {row} 行第 {column} 列有损坏的字符；请改正该单元格，或另存为 UTF-8"
            )
        }
        ReadError::NulCharacter { row, column } => {
            format!("第 {row} 行第 {column} 列含有空字符（U+0000）；请删除后重新保存")
        }
        ReadError::BadSeparator { separator } => format!("“{separator}”不能作为分隔符；请用逗号、分号、制表符或竖线"),
        ReadError::UnclosedQuote { row, column } => {
            format!("第 {row} 行第 {column} 列的引号没有结束；请补上，或把引号写成两个")
        }
        ReadError::NoHeader => "没有任何有内容的行；第一行应为表头".to_owned(),
        ReadError::HeaderRowMissing { asked, last } => {
            format!("第 {asked} 行不能作表头：它是空的，或超过最后一行（{last}）")
        }
        ReadError::TooManyRows { row, limit } => format!("超过 {limit} 行（到第 {row} 行）；请拆分文件"),
        ReadError::TooManyColumns { row, found, limit } => {
            format!("第 {row} 行表头有 {found} 列，最多 {limit} 列；请删去不需要的列")
        }
        ReadError::TooManyCells { row, limit } => {
            format!("到第 {row} 行已超过 {limit} 个单元格；请拆分文件或删去不需要的列")
        }
        ReadError::ExpandsTooMuch { compressed, expanded } => {
            format!("工作簿从 {compressed} 字节展开为 {expanded} 字节，超出允许范围；请另存为 CSV")
        }
        ReadError::TooManyParts { found, limit } => {
            format!("工作簿有 {found} 个部件，最多 {limit} 个；请把表格复制到新工作簿")
        }
        ReadError::Encrypted => "工作簿已加密；请用密码打开并取消密码后保存".to_owned(),
        ReadError::SheetMissing { asked, sheets } => format!("没有名为“{asked}”的工作表；现有：{}", sheets.join("、")),
        ReadError::NoFilledSheet => "工作簿里每张表都是空的；第一行应为表头".to_owned(),
        ReadError::Damaged { format, part } => format!("{format} 文件已损坏（{part}）；请用表格软件打开并重新保存"),
        _ => "文件无法读取；请另存为 CSV 或 XLSX 后上传".to_owned(),
    };
    let kind = if matches!(error, ReadError::TooManyBytes { .. }) { FaultKind::TooLarge } else { FaultKind::Invalid };
    Fault::new(kind, error.code(), zh, error.to_string())
}

/// A note about what the reader decided.
pub(super) fn note(note: &ReadNote) -> Wording {
    let zh = match note {
        ReadNote::FormatDiffersFromName { format } => format!("文件内容是 {format}，与扩展名不同，已按内容读取"),
        ReadNote::EncodingGuessed { encoding } => format!("未标明编码，按 {encoding} 读取"),
        ReadNote::EncodingReplaced { declared, used } => format!("{declared} 按 {used} 读取"),
        ReadNote::EncodingDoubtful { declared, likely } => format!("按指定的 {declared} 读取，但看来更像 {likely}"),
        ReadNote::TitleRowsSkipped { count } => format!("表头之上的 {count} 行标题已跳过"),
        ReadNote::DuplicateHeader { column, name, renamed } => {
            format!("第 {column} 列表头“{name}”重复，改称“{renamed}”")
        }
        ReadNote::EmptyHeader { column, renamed } => format!("第 {column} 列没有表头，改称“{renamed}”"),
        ReadNote::EmptyColumnsDropped { count } => format!("末尾 {count} 个空列已去掉"),
        ReadNote::BlankRowsSkipped { count } => format!("{count} 个空行已跳过"),
        ReadNote::ShortRowsPadded { count, first_row } => {
            format!("{count} 行单元格不足，已按空白补齐（自第 {first_row} 行起）")
        }
        ReadNote::SpacesBeforeQuotes { count, first_row } => {
            format!("{count} 处引号前有空格，已忽略（自第 {first_row} 行起）")
        }
        ReadNote::ErrorCells { count, first_row, .. } => {
            format!("{count} 个公式错误单元格按空白处理（自第 {first_row} 行起）")
        }
    };
    Wording::new(zh, note.to_string())
}
