using Serverless.Keys;

namespace Serverless.Tests.Unit.Keys;

/// <summary>Keys as a catalog knows them. Their ids begin alike, as those of all RSA-2048 keys do.</summary>
internal static class TestKeys
{
    public const string Old = "MIIBCgKCAQEAold+/old";
    public const string New = "MIIBCgKCAQEAnewnewne";

    public static KnownKey Of(string keyId, KeyState state = KeyState.Active, DisabledAnswer? answer = null) => new()
    {
        KeyId = keyId,
        State = state,
        Answer = answer,
        KnownSince = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
    };

    public static KeyStates States(params KnownKey[] everywhere) => KeyStates.Of(everywhere, []);
}
