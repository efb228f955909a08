using System.Collections.Immutable;
using Serverless.Devices.Authentication.Certificates;

namespace Serverless.Devices.Authentication;

/// <summary>What somebody wants an app to ask of its devices.</summary>
/// <param name="Methods">Each of them is enough; <c>none</c> among them asks for nothing.</param>
/// <param name="ClientCertificates">Whose certificates are good.</param>
internal sealed record AuthenticationSettings(ImmutableArray<AuthenticationMethod> Methods, CertificateSettings? ClientCertificates = null);

/// <param name="Authorities">PEM of certificates, one or several in each text.</param>
/// <param name="RevocationLists">PEM of revocation lists, one or several in each text.</param>
/// <param name="Binding">What a certificate says about its device.</param>
internal sealed record CertificateSettings(
    ImmutableArray<string> Authorities, ImmutableArray<string>? RevocationLists = null, CertificateBinding Binding = CertificateBinding.None);

/// <summary>What an app asks of its devices, as people see it. What it holds of the settings can be sent back as it is.</summary>
/// <param name="Methods">Each of them is enough.</param>
/// <param name="ClientCertificates">Whose certificates are good.</param>
/// <param name="AppKeys">The keys that are good, without their secrets.</param>
internal sealed record AuthenticationDescription(
    ImmutableArray<AuthenticationMethod> Methods, CertificateSettings? ClientCertificates, ImmutableArray<AppKeyDescription> AppKeys);

/// <param name="Id">By which it is revoked.</param>
/// <param name="IssuedAt">When.</param>
internal sealed record AppKeyDescription(string Id, DateTimeOffset IssuedAt);

/// <param name="Id">By which it is revoked.</param>
/// <param name="Key">For the app's addresses. Nobody can tell it afterwards.</param>
internal sealed record IssuedAppKey(string Id, string Key);
