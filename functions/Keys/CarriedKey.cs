using Serverless.Apps;
using Serverless.Statistics;

namespace Serverless.Keys;

/// <summary>The key that a device says it carries, as far as it is counted: what a device says must not make rows without end.</summary>
internal static class CarriedKey
{
    /// <summary>The app carries no key, or its plugin does not say so.</summary>
    public const string None = "none";

    /// <summary>A key that this server does not know.</summary>
    public const string Other = "other";

    /// <summary>The beginning of a known key's id, as plugins up to 8.40.7 send it.</summary>
    public const string Short = "short";

    public static string Of(string? sent, KeyStates known) => sent switch
    {
        null => None,
        _ when known.IsBeginning(sent) => Short,
        _ => known.Find(sent) is { } key ? KeyName.Of(key.KeyId) : Other,
    };
}

/// <summary>The devices of an app that carried a key on a day.</summary>
/// <param name="App">The app.</param>
/// <param name="Carried">From <see cref="CarriedKey"/>.</param>
/// <param name="Day">In UTC.</param>
/// <param name="Devices">As many as one instance saw.</param>
internal sealed record KeyDay(AppId App, string Carried, DateOnly Day, DistinctCount Devices);
