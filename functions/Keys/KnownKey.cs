namespace Serverless.Keys;

/// <summary>A signing key as the catalog has it, for all apps or for one. Kept for ever: devices may carry it for as long.</summary>
internal sealed record KnownKey
{
    public required string KeyId { get; init; }

    /// <summary>When the server first met the key, or the app's own state of it was first set.</summary>
    public required DateTimeOffset KnownSince { get; init; }

    public KeyState State { get; init; } = KeyState.Active;

    /// <summary>Set while the key is disabled.</summary>
    public DisabledAnswer? Answer { get; init; }
}
