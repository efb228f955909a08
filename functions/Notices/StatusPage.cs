using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Serverless.Notices;

/// <summary>The status as a page for people: no script, nothing loaded from elsewhere, readable in light and dark and by screen readers.</summary>
internal static class StatusPage
{
    private const string Style = """
        :root{color-scheme:light dark;--ground:#fff;--card:#f6f8fa;--line:#d0d7de;--text:#1f2328;--soft:#57606a;--link:#0550ae;--ok:#116329;--okbg:#dafbe1;--warn:#7d4e00;--warnbg:#fff8c5;--bad:#a40e26;--badbg:#ffebe9}
        @media(prefers-color-scheme:dark){:root{--ground:#0d1117;--card:#161b22;--line:#30363d;--text:#e6edf3;--soft:#9da7b3;--link:#79c0ff;--ok:#7ee787;--okbg:#12261e;--warn:#f2cc60;--warnbg:#2b2411;--bad:#ffa198;--badbg:#321a1e}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main,footer{max-width:44rem;margin:0 auto;padding:1.5rem 1rem}
        h1{font-size:1.5rem;line-height:1.3;margin:0 0 1rem;overflow-wrap:anywhere}
        h2{font-size:1.125rem;margin:2.25rem 0 .75rem}
        h3{font-size:1.0625rem;line-height:1.4;margin:.4rem 0;overflow-wrap:anywhere}
        .state{margin:0;padding:1rem 1.25rem;border:1px solid;border-radius:.75rem;font-size:1.125rem;font-weight:600}
        .state small{display:block;font-size:.9375rem;font-weight:400;color:var(--text)}
        .operational,.resolution{color:var(--ok);background:var(--okbg)}
        .maintenance{color:var(--warn);background:var(--warnbg)}
        .incident{color:var(--bad);background:var(--badbg)}
        article{border:1px solid var(--line);border-radius:.75rem;background:var(--card);padding:1rem 1.25rem;margin:0 0 .75rem}
        .kind{display:inline-block;margin:0;padding:.05rem .6rem;border:1px solid;border-radius:1rem;font-size:.8125rem;font-weight:600}
        .body{margin:0;white-space:pre-line;overflow-wrap:anywhere}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .75rem;margin:.75rem 0 0;font-size:.875rem;color:var(--soft)}
        dd{margin:0}
        time{white-space:nowrap}
        .none,footer{color:var(--soft)}
        a{color:var(--link)}
        """;

    // What the reader's language needs stays as it is; what HTML gives a meaning to does not.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Allows this page's style, and nothing else.</summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static byte[] Write(ServiceStatus status)
    {
        var words = StatusWords.In(status.Lang);
        var title = Encode(words.TitleOf(status.App));
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="{status.Lang}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <link rel="alternate" type="application/atom+xml" href="/api/status/{status.App}/feed" title="{title}">
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <h1>{title}</h1>
            <p class="state {Name(status.State)}">{Encode(words.Of(status.State))}
            """);
        if (status.EstimatedEnd is { } end)
        {
            html.Append(CultureInfo.InvariantCulture, $"<small>{Encode(words.EstimatedEnd)}: {Time(end)}</small>");
        }

        html.Append("</p>\n");
        WriteNotices(html, words, words.OpenNotices, status.Open);
        if (status.Open.IsEmpty)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"none\">{Encode(words.NoOpenNotices)}</p>\n");
        }

        if (!status.Recent.IsEmpty)
        {
            WriteNotices(html, words, words.RecentNotices, status.Recent);
        }

        html.Append(CultureInfo.InvariantCulture, $"""
            </main>
            <footer><a href="/api/status/{status.App}/feed">{Encode(words.Feed)}</a></footer>
            </body>
            </html>

            """);
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    private static void WriteNotices(StringBuilder html, StatusWords words, string heading, ImmutableArray<NoticeView> notices)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(heading)}</h2>\n");
        foreach (var notice in notices)
        {
            var kind = notice.State is NoticeState.Scheduled ? $"{words.Of(notice.Kind)} · {words.Planned}" : words.Of(notice.Kind);
            html.Append(CultureInfo.InvariantCulture, $"""
                <article id="n{notice.Id}">
                <p class="kind {Name(notice.Kind)}">{Encode(kind)}</p>
                <h3 lang="{notice.Lang}">{Encode(notice.Title)}</h3>
                <p class="body" lang="{notice.Lang}">{Encode(notice.Body)}</p>
                <dl>

                """);
            if (notice is { StartsAt: { } start, EndsAt: { } end })
            {
                WriteTerm(html, words.Window, $"{Time(start)} – {Time(end)}");
            }

            if (notice.EstimatedEnd is { } estimate)
            {
                WriteTerm(html, words.EstimatedEnd, Time(estimate));
            }

            WriteTerm(html, words.Published, Time(notice.CreatedAt));
            if (notice.ClosedAt is { } closed)
            {
                WriteTerm(html, words.Ended, Time(closed));
            }
            else if (notice.UpdatedAt > notice.CreatedAt)
            {
                WriteTerm(html, words.Updated, Time(notice.UpdatedAt));
            }

            html.Append("</dl>\n</article>\n");
        }
    }

    private static void WriteTerm(StringBuilder html, string term, string description) =>
        html.Append(CultureInfo.InvariantCulture, $"<dt>{Encode(term)}</dt><dd>{description}</dd>\n");

    private static string Time(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"<time datetime=\"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\">{StatusWords.Of(time)}</time>");

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Encode(string text) => Encoder.Encode(text);
}
