using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Serverless.Tests.Support.Logs;

/// <summary>What went over the wire in this test run and must not be in a log: device ids, what apps call their users, signatures of addresses, keys, tokens, messages.</summary>
public static partial class UsedSecrets
{
    private static readonly ConcurrentDictionary<string, byte> Values = new(StringComparer.OrdinalIgnoreCase);

    // Shorter ones are words that may be in a log for another reason.
    private const int MinLength = 8;

    public static IReadOnlyCollection<string> All => [.. Values.Keys];

    public static void Add(string value)
    {
        if (value.Length >= MinLength)
        {
            Values.TryAdd(value, 0);
        }
    }

    /// <summary>Adds what is secret in a body or an address.</summary>
    public static void AddFrom(string text)
    {
        foreach (Match found in Secret().Matches(text))
        {
            Add(found.Groups.Values.Skip(1).First(group => group.Success).Value);
        }
    }

    /// <summary>What no log holds, whoever made it: address signatures, account keys, private keys, secrets of webhooks.</summary>
    public static bool IsSecretByItsShape(string line) => Shape().IsMatch(line);

    [GeneratedRegex("""
        "(?:custom_id|session_key|ticket|message|stack|token)"\s*:\s*"([^"\\]+)"|"device_id"\s*:\s*"([0-9A-Fa-f-]{36})"|(?:device(?:_id)?=|/devices/)([0-9A-Fa-f-]{36})|[?&;]sig=([^&"\\]+)
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Secret();

    [GeneratedRegex(@"[?&]sig=[^*\s]|AccountKey=[^*\s]|SharedAccessSignature=|PRIVATE KEY-----|whsec_\w|\bsot_\w|\bak_[\w-]{20}", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
