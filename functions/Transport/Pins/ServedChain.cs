using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Serverless.Transport.Pins;

/// <summary>The certificates that a server shows, the server's own first, up to the root where this machine knows it.</summary>
/// <param name="Host">Whom it was asked for.</param>
/// <param name="Certificates">At least one.</param>
/// <param name="Defect">Why a client that trusts what this machine trusts would refuse it, as a sentence; null when it would not.</param>
internal sealed record ServedChain(string Host, IReadOnlyList<ServedCertificate> Certificates, string? Defect)
{
    /// <summary>Connects, looks and hangs up; nothing is asked. Fetches no certificate that the server does not send, as devices do not.</summary>
    /// <param name="address">An https address.</param>
    /// <param name="authorities">The only roots to trust; those of the machine when empty.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="cancellation">The caller gave up.</param>
    /// <returns>The chain, or a sentence on why there is none.</returns>
    public static async Task<(string? Fault, ServedChain? Chain)> ReadAsync(
        Uri address, X509Certificate2Collection authorities, TimeSpan timeout, CancellationToken cancellation)
    {
        var (host, port) = (address.IdnHost, address.Port);
        ServedChain? shown = null;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeout);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, deadline.Token);
            await using var tls = new SslStream(client.GetStream());
            var handshake = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                CertificateChainPolicy = Trust(authorities),
                RemoteCertificateValidationCallback = (_, _, chain, errors) =>
                {
                    shown = Of(host, chain!, errors);
                    return errors is SslPolicyErrors.None;
                },
            };
            await tls.AuthenticateAsClientAsync(handshake, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return shown is null ? ($"{host}:{port} does not answer within {timeout.TotalSeconds:0.#} seconds.", null) : (null, shown);
        }
        catch (SocketException e)
        {
            return ($"{host}:{port} cannot be reached: {e.Message}.", null);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // It was shown all the same: to be told that it does not verify, or by a server that wants the client's certificate and hangs up.
            return shown is null ? ($"{host}:{port} does not speak TLS 1.2 or later: {e.Message}", null) : (null, shown);
        }

        return (null, shown);
    }

    private static X509ChainPolicy Trust(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (authorities.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    private static ServedChain Of(string host, X509Chain chain, SslPolicyErrors errors) => new(
        host,
        [.. chain.ChainElements.Select(element => ServedCertificate.Of(element.Certificate))],
        errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"The certificate is not for {host}."
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? $"The chain does not verify here: {string.Join(", ", chain.ChainStatus.Select(status => status.Status))}."
            : null);
}

/// <summary>One of them.</summary>
/// <param name="NotAfter">When it ends.</param>
/// <param name="Pin">As <see cref="SpkiPin"/> makes it.</param>
internal sealed record ServedCertificate(string Subject, string Issuer, DateTimeOffset NotAfter, string Pin)
{
    public static ServedCertificate Of(X509Certificate2 certificate) =>
        new(certificate.Subject, certificate.Issuer, certificate.NotAfter.ToUniversalTime(), SpkiPin.Of(certificate));
}
