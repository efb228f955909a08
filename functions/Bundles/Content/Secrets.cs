using System.Buffers;

namespace Serverless.Bundles.Content;

/// <summary>
/// The secrets that are looked for: those that can be told by their own form, and that no app has reason to ship. Keys that are meant for clients
/// are left out: <c>AIza…</c> of Google's services, publishable keys, JSON Web Tokens, which some services hand to every app.
/// </summary>
internal static class Secrets
{
    private const int Any = int.MaxValue;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> Upper32 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    private static readonly SearchValues<char> Word = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
    private static readonly SearchValues<char> Base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<char> Dotted = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
    private static readonly SearchValues<char> WebPath = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/");

    // Line ends, written out or escaped, and how a script joins lines; a library that only puts the words around a key has no key here.
    private static readonly SearchValues<char> LineEnds = SearchValues.Create(" \t\r\n\\rn\"'`+,");

    public static IReadOnlyList<TokenShape> Shapes { get; } =
    [
        new("a private key", "PRIVATE KEY-----", Base64, 40, Any) { Between = LineEnds },
        new("a private key", "PRIVATE KEY BLOCK-----", Base64, 40, Any) { Between = LineEnds },
        new("an AWS access key", "AKIA", Upper32, 16, 16),
        new("a storage account's key", "AccountKey=", Base64, 88, 88),
        new("a shared access key", "SharedAccessKey=", Base64, 44, 44),
        new("a GitHub token", "ghp_", Word, 36, Any),
        new("a GitHub token", "gho_", Word, 36, Any),
        new("a GitHub token", "ghu_", Word, 36, Any),
        new("a GitHub token", "ghs_", Word, 36, Any),
        new("a GitHub token", "ghr_", Word, 36, Any),
        new("a GitHub token", "github_pat_", Word, 82, 82),
        new("a GitLab token", "glpat-", Dotted, 20, Any),
        new("an npm token", "npm_", Word, 36, 36),
        new("a Slack token", "xoxb-", Base64Url, 40, Any),
        new("a Slack token", "xoxp-", Base64Url, 40, Any),
        new("a Slack webhook", "hooks.slack.com/services/T", WebPath, 40, 80),
        new("a Stripe key", "sk_live_", Word, 24, Any),
        new("a Stripe key", "rk_live_", Word, 24, Any),
        new("a SendGrid key", "SG.", Dotted, 66, 66),
        new("an OpenAI key", "sk-proj-", Base64Url, 40, Any),
        new("an Anthropic key", "sk-ant-", Base64Url, 80, Any),
        new("a Supabase secret key", "sb_secret_", Base64Url, 20, Any),
        new("a DigitalOcean token", "dop_v1_", Hex, 64, 64),
        new("a webhook's secret", "whsec_", Base64, 32, Any),
    ];

    // The documentation of AWS and the storage emulator publish these; samples quote them.
    private static readonly string[] Published = ["EXAMPLE", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="];

    /// <returns>What kind of secret starts there; null when none does.</returns>
    public static string? Find(ReadOnlySpan<char> text, int at)
    {
        foreach (var shape in Shapes)
        {
            if (shape.Match(text, at) is { IsEmpty: false } secret)
            {
                return IsPublished(secret) ? null : shape.Kind;
            }
        }

        return null;
    }

    private static bool IsPublished(ReadOnlySpan<char> secret)
    {
        foreach (var known in Published)
        {
            if (secret.EndsWith(known, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
