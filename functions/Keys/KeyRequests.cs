namespace Serverless.Keys;

/// <summary>Ends a rotation.</summary>
/// <param name="Force">Retire the key although devices still carry it; needs a reason.</param>
/// <param name="Reason">For the ledger.</param>
internal sealed record KeyRetirement(bool Force = false, string? Reason = null);

/// <summary>Answers a compromise.</summary>
/// <param name="Answer">What devices with the key are told.</param>
/// <param name="Reason">For the ledger.</param>
internal sealed record KeyDisabling(DisabledAnswer Answer, string? Reason = null);

/// <summary>Takes a key back into use.</summary>
/// <param name="Reason">For the ledger; required when the key was disabled.</param>
internal sealed record KeyEnabling(string? Reason = null);
