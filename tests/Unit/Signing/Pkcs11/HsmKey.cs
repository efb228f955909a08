using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Signing.Pkcs11;
using Serverless.Tests.Support.Hsm;

namespace Serverless.Tests.Unit.Signing.Pkcs11;

/// <summary>The custodian's settings for a key in a token.</summary>
internal static class HsmKey
{
    public const string Label = "releases";

    public static Pkcs11Options Of(SoftHsmToken token) => new()
    {
        Library = SoftHsm.Library,
        TokenLabel = token.Label,
        KeyLabel = Label,
        Pin = SoftHsmToken.Pin,
    };

    public static Pkcs11Custodian Custodian(this Pkcs11Options options) =>
        new(Options.Create(options), TimeProvider.System, NullLogger<Pkcs11Custodian>.Instance);
}
