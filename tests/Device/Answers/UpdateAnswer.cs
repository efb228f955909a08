namespace Serverless.Device.Answers;

/// <summary>What a device makes of the answer to an update check.</summary>
public abstract record UpdateAnswer
{
    private protected UpdateAnswer()
    {
    }
}

/// <summary>A version to download and install.</summary>
/// <param name="Version">The bundle's name; any name but the running one is installed, older ones as well.</param>
/// <param name="Url">Where the zip is fetched.</param>
/// <param name="Checksum">Empty where the server sent none.</param>
/// <param name="SessionKey">Empty for a bundle that is not encrypted.</param>
/// <param name="Manifest">The files of a delta update; empty where the server sent none.</param>
public sealed record Offer(string Version, Uri Url, string Checksum, string SessionKey, IReadOnlyList<ManifestFile> Manifest) : UpdateAnswer
{
    /// <summary>A link for the app to show; null where there is none or the plugin does not pass it on.</summary>
    public string? Link { get; init; }

    /// <summary>A comment for the app to show; null where there is none or the plugin does not pass it on.</summary>
    public string? Comment { get; init; }

    internal bool IsDelta => Manifest.Count > 0;
}

/// <summary>One file of a delta update, as the server listed it.</summary>
/// <param name="Name">Its path; an ending <c>.br</c> tells that it travels compressed and is stored without that ending.</param>
/// <param name="Hash">SHA-256 of what is stored, signed for devices with a key.</param>
/// <param name="Url">Where it is fetched.</param>
public sealed record ManifestFile(string Name, string Hash, Uri Url)
{
    private const string BrotliSuffix = ".br";

    internal bool IsBrotli => Name.EndsWith(BrotliSuffix, StringComparison.Ordinal);

    /// <summary>The name without the ending that only says how the file travels.</summary>
    internal string StoredName => IsBrotli ? Name[..^BrotliSuffix.Length] : Name;
}

/// <summary>The device is to return to the bundle shipped in the app.</summary>
public sealed record BackToBuiltin : UpdateAnswer;

/// <summary>The server offers the version that runs already.</summary>
public sealed record AlreadyRunning(string Version) : UpdateAnswer;

/// <summary>The server has nothing for this device, and says why.</summary>
/// <param name="Kind">How the server classes it.</param>
/// <param name="Error">A stable code.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Version">The version the refusal is about, where it names one.</param>
/// <param name="Status">The HTTP status, which some plugin generations read it by.</param>
public sealed record Refusal(RefusalKind Kind, string Error, string Message, string? Version, int Status) : UpdateAnswer;

/// <summary>No usable answer: no connection, a time-out, a server error, or a local block after a 429.</summary>
/// <param name="Reason"><c>network_error</c>, <c>timeout_error</c>, <c>response_error</c> or <c>rate_limited</c>.</param>
public sealed record Unanswered(string Reason) : UpdateAnswer;
