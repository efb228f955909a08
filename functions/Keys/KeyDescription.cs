using System.Collections.Immutable;

namespace Serverless.Keys;

/// <summary>A signing key as people see it, for one app or for all.</summary>
/// <param name="KeyId">What devices that carry the key send.</param>
/// <param name="Name">The same as addresses can carry it.</param>
/// <param name="State">As of now.</param>
/// <param name="Answer">What devices are told while it is disabled.</param>
/// <param name="KnownSince">When the server first met it.</param>
/// <param name="Releases">How far the releases in use are signed with it.</param>
/// <param name="Devices">How many may carry it.</param>
internal sealed record KeyDescription(
    string KeyId, string Name, KeyState State, DisabledAnswer? Answer, DateTimeOffset KnownSince, SignedShare Releases, CarriedShare Devices);

/// <param name="Signed">Releases in use that have a form for the key.</param>
/// <param name="InUse">Releases that channels point at or would go back to.</param>
internal sealed record SignedShare(int Signed, int InUse);

/// <param name="Carrying">Devices that named the key, or so short an id that it may be the key's.</param>
/// <param name="Seen">Devices seen in the last 30 days.</param>
internal sealed record CarriedShare(long Carrying, long Seen);

/// <param name="Keys">The one known longest first.</param>
internal sealed record KeyDescriptionList(ImmutableArray<KeyDescription> Keys);
