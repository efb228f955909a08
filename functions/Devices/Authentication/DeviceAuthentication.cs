using System.Collections.Immutable;
using Serverless.Devices.Authentication.Certificates;

namespace Serverless.Devices.Authentication;

/// <summary>What an app asks of its devices before it answers them.</summary>
internal sealed record DeviceAuthentication
{
    /// <summary>The current app key and the one before or after it.</summary>
    public const int MaxAppKeys = 2;

    /// <summary>What apps ask that were never told otherwise.</summary>
    public static readonly DeviceAuthentication Anonymous = new();

    /// <summary>For an app of which nobody can tell what it asks.</summary>
    public static readonly DeviceAuthentication Nobody = new() { Methods = [] };

    /// <summary>Each of them is enough.</summary>
    public ImmutableArray<AuthenticationMethod> Methods { get; init; } = [AuthenticationMethod.None];

    public ImmutableArray<AppKey> AppKeys { get; init; } = [];

    /// <summary>Whose certificates are good; null when nobody's are.</summary>
    public CertificateTrust? Certificates { get; init; }

    /// <summary>How often enrolled keys were revoked or replaced: what was read of one before is not to be believed after.</summary>
    public int Revocations { get; init; }

    public bool Accepts(AuthenticationMethod method) => Methods.Contains(method);

    /// <summary>What is missing for devices to meet a method that is accepted, as the word for it; null when nothing is.</summary>
    public AuthenticationMethod? FindUnmeetable() => this switch
    {
        { AppKeys.Length: 0 } when Accepts(AuthenticationMethod.AppKey) => AuthenticationMethod.AppKey,
        { Certificates: null } when Accepts(AuthenticationMethod.ClientCertificate) => AuthenticationMethod.ClientCertificate,
        _ => null,
    };
}
