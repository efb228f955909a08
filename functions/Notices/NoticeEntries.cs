using Serverless.Ledger;

namespace Serverless.Notices;

/// <summary>What the ledger says of notices. Pure.</summary>
internal static class NoticeEntries
{
    public static LedgerEntry Published(Notice notice, string actor) => new(LedgerKind.NoticePublished, actor, notice.Id, Describe(notice));

    public static LedgerEntry Changed(Notice notice, string actor) => new(LedgerKind.NoticeChanged, actor, notice.Id, Describe(notice));

    public static LedgerEntry Closed(Notice notice, string actor) => new(LedgerKind.NoticeClosed, actor, notice.Id, Describe(notice));

    private static string Describe(Notice notice) => $"{notice.Kind}, tag {notice.Tag()}: {notice.Texts[LanguageTag.Default].Title}";
}
