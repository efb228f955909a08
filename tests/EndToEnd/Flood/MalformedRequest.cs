using System.Text;

namespace Serverless.Tests.EndToEnd.Flood;

/// <summary>A request that no client of ours would send.</summary>
/// <param name="Bytes">As on the wire.</param>
/// <param name="Ending">How the connection goes on.</param>
internal sealed record MalformedRequest(byte[] Bytes, Ending Ending)
{
    // No server reads on behind it: for what is malformed and read all the same.
    private const string Stop = "\u0001\r\n\r\n";

    private static readonly string[] Paths =
    [
        "/api/updates", "/api/updates", "/api/stats", "/api/stats", "/api/channel_self", "/api/updates/manifest_size", "/api/notices", "/api/status/com.example.flood",
        "/api/status/com.example.flood/feed", "/api/keys/com.example.flood", "/api/health", "/api/health/signing", "/api/manage/keys", "/api/manage/deliveries", "/api/manage/apps/com.example.flood/channels/production",
        "/api/manage/apps/com.example.flood/devices/44f128a5-ac7a-4c9a-be4c-224b6bf81b20/explain", "/api/manage/apps/com.example.flood/errors", "/api/nowhere", "/",
    ];

    /// <summary>One that HTTP can read, so that more can follow on the connection.</summary>
    public static MalformedRequest Readable(Chaos chaos) => chaos.Below(6) switch
    {
        0 or 1 => Send(chaos.Of("POST", "POST", "POST", "PUT", "DELETE", "GET"), Path(chaos), Content(chaos), MalformedBody.Of(chaos)),
        2 => Send("POST", chaos.Of(Paths), "Content-Type: application/json\r\n", MalformedBody.Of(chaos)),
        3 => Send(chaos.Of("TRACE", "OPTIONS", "PROPFIND", "PATCH", "GETS", "X", "head", new string('M', 1 + chaos.Below(200))), Path(chaos), "", ""),
        4 => Send("GET", $"{chaos.Of(Paths)}?{Query(chaos)}", Conditions(chaos), ""),
        _ => Chunked(chaos, chaos.Of(Paths), Chunks(MalformedBody.Of(chaos), chaos), Ending.GoesOn),
    };

    /// <summary>One after which nothing can follow: HTTP cannot be read on, or ends in the middle.</summary>
    public static MalformedRequest Last(Chaos chaos) => chaos.Below(8) switch
    {
        0 or 1 => new(Raw($"{RequestLine(chaos)}\r\nHost: localhost\r\n\r\n{Stop}"), Ending.ServerCloses),
        2 or 3 => new(Raw($"{chaos.Of("GET", "POST")} {chaos.Of(Paths)} HTTP/1.1\r\n{Headers(chaos)}\r\n{Stop}"), Ending.ServerCloses),
        4 => Chunked(chaos, "/api/updates", chaos.Of("zz\r\n\r\n", "-1\r\nx\r\n", "FFFFFFFFFFFFFFFFF\r\n", "\r\n", "5;\r\nab", "5\r\nabcdefgh\r\n0\r\n\r\n", "g", " 5\r\nabcde\r\n0\r\n\r\n"), Ending.ClientResets),
        5 => new(Raw(chaos.Damage($"POST {chaos.Of(Paths)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {chaos.Of("99999999999999", "5000000", "40000", "17")}\r\n\r\nabc")), Ending.ClientResets),
        6 => new(Raw(chaos.Bytes(300)), Ending.ClientResets),
        _ => new(Raw(chaos.Of("", "\r\n", "\n", "G", "\0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", new string('\r', 1 + chaos.Below(9_000)))), Ending.ClientResets),
    };

    private static string RequestLine(Chaos chaos) => chaos.Below(10) switch
    {
        0 => $"GET {chaos.Of(Paths)}",
        1 => $"GET {chaos.Of(Paths)} HTTP/{chaos.Of("9.9", "0.9", "2.0", "1.2", "1", "x")}",
        2 => $"G\u00c9T {chaos.Of(Paths)} HTTP/1.1",
        3 => $"GET  {chaos.Of(Paths)}  HTTP/1.1",
        4 => $"GET {chaos.Of("%", "/%zz", "/%00", "/\u00e9", "\\", "http://", "http://[::1", "*", "//", "api/updates", "/\u00ff", "/a b")} HTTP/1.1",
        5 => $"GET /{new string('a', 8_000 + chaos.Below(2_000))} HTTP/1.1",
        6 => $"CONNECT {chaos.Of("", "localhost", "localhost:99999", "/api/updates")} HTTP/1.1",
        7 => $"{new string('A', 9_000)} / HTTP/1.1",
        8 => chaos.Damage($"POST {chaos.Of(Paths)} HTTP/1.1"),
        _ => chaos.Bytes(60).Replace('\n', '.'),
    };

    /// <summary>Each of them ends the request, or has it refused.</summary>
    private static string Headers(Chaos chaos) => chaos.Below(14) switch
    {
        0 => "Host\r\n",
        1 => "Host : localhost\r\n",
        2 => "",
        3 => "Host: a\r\nHost: b\r\n",
        4 => "Host: \u00ff/\\@\r\n",
        5 => "Host: localhost\r\n folded: x\r\n",
        6 => "Host: localhost\r\nContent-Length: -1\r\n",
        7 => "Host: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        8 => "Host: localhost\r\nContent-Length: 0x10\r\n",
        9 => "Host: localhost\r\nTransfer-Encoding: gzip\r\n",
        10 => $"Host: localhost\r\n{string.Concat(Enumerable.Range(0, 120).Select(at => $"X-{at}: y\r\n"))}",
        11 => $"Host: localhost\r\nX-Long: {new string('x', 40_000)}\r\n",
        12 => $"Host: localhost\r\n{chaos.Of("X-Nul: a\0b", "Accept: text/html;q=\u00e9", "Content-Type: \u00ff")}\r\n",
        _ => $"Host: localhost\r\n{chaos.Text("ab:\u00ff\u0001 (", 30)}\u0001: x\r\n",
    };

    private static string Path(Chaos chaos) => chaos.OneIn(4) ? $"{chaos.Of(Paths)}{chaos.Of("/", "//", "/..", "/%2e%2e/%2e%2e", "/%c3%a9", "/%7f", "/%zz", ";a=b", "/" + new string('a', 3_000))}" : chaos.Of(Paths);

    private static string Query(Chaos chaos) => string.Join('&', Enumerable.Range(0, chaos.Below(12)).Select(_ =>
        $"{chaos.Of("app", "app_id", "device", "device_id", "platform", "version", "lang", "code", "is_prod", "%zz", "")}={chaos.Of("com.example.flood", "%", "%00", "%ff%fe", "a-a-a", "+", "", new string('x', chaos.Below(600)))}"));

    private static string Conditions(Chaos chaos) => string.Concat(Enumerable.Range(0, chaos.Below(6)).Select(_ =>
        $"{chaos.Of("If-Match", "If-None-Match", "Accept", "Accept-Language", "Accept-Encoding", "Range", "Origin", "X-Forwarded-For", "Forwarded", "Authorization", "Cookie", "If-Modified-Since")}: {chaos.Of("\"", "*", "W/", string.Join(',', Enumerable.Repeat("\"a\"", chaos.Below(400))), string.Join(',', Enumerable.Repeat("a-a;q=0.5", chaos.Below(300))), "bytes=0-,0-,0-", "999.999.999.999:99999", "Bearer sot_x", "q=;;;", "text/html;q=9", "a;;b", "/", "text/")}\r\n"));

    private static string Content(Chaos chaos) => chaos.Of(
        "", "Content-Type: application/json\r\n", "Content-Type: text/plain; charset=utf-7\r\n", "Content-Type: application/json; charset=utf-16\r\n", "Content-Type: ;;;\r\n",
        "Content-Type: multipart/form-data; boundary=\r\n", "Content-Encoding: gzip\r\n", "Expect: 100-continue\r\n", "Content-Type: application/x-www-form-urlencoded\r\n");

    private static string Chunks(string body, Chaos chaos) =>
        $"{(body.Length > 0 ? $"{body.Length:x}{(chaos.OneIn(3) ? ";a=b" : "")}\r\n{body}\r\n" : "")}0\r\n{(chaos.OneIn(3) ? "X-Trailer: y\r\n" : "")}\r\n";

    private static MalformedRequest Chunked(Chaos chaos, string path, string chunks, Ending ending) =>
        new(Raw($"POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {chaos.Of("chunked", "Chunked")}\r\n\r\n{chunks}"), ending);

    private static MalformedRequest Send(string method, string path, string headers, string body) => new(
        Raw($"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}"), Ending.GoesOn);

    private static byte[] Raw(string text) => Encoding.Latin1.GetBytes(text);
}

internal enum Ending
{
    /// <summary>The request is answered, and another may follow.</summary>
    GoesOn,

    /// <summary>The server has to answer and close.</summary>
    ServerCloses,

    /// <summary>The server may wait for more: the client goes without a word.</summary>
    ClientResets,
}
