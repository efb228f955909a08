using Microsoft.Extensions.Logging;

namespace Serverless.Signing;

/// <summary>Whether the custodian signs, as of a few minutes ago at most: however often it is asked, keys are not worn out by it.</summary>
internal sealed partial class CustodianHealth(ICustodian custodian, TimeProvider time, ILogger<CustodianHealth> logger) : IDisposable
{
    /// <summary>How long a good probe is believed.</summary>
    public static readonly TimeSpan Trust = TimeSpan.FromMinutes(5);

    /// <summary>How long a bad probe is, so that a custodian that came back is soon seen.</summary>
    public static readonly TimeSpan Distrust = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _probing = new(1);
    private Verdict? _last;

    /// <summary>True when every key it holds signed its probe. Why not is in the log, once for each probe.</summary>
    public async Task<bool> IsSigningAsync(CancellationToken cancellation)
    {
        await _probing.WaitAsync(cancellation);
        try
        {
            if (_last is null || time.GetElapsedTime(_last.ProbedAt) >= (_last.IsSigning ? Trust : Distrust))
            {
                var isSigning = await ProbeAsync(cancellation);
                _last = new Verdict(isSigning, time.GetTimestamp());
            }

            return _last.IsSigning;
        }
        finally
        {
            _probing.Release();
        }
    }

    public void Dispose() => _probing.Dispose();

    private async Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            var isSigning = true;
            foreach (var key in await custodian.GetKeysAsync(cancellation))
            {
                var check = await KeyProbe.RunAsync(key, cancellation);
                if (!check.IsSound)
                {
                    LogUnsound(check.KeyId, check.RawFault ?? check.DigestFault);
                    isSigning = false;
                }
            }

            return isSigning;
        }
        catch (CustodianException fault)
        {
            LogUnreachable(fault.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "Key {KeyId} did not sign its probe: {Fault}")]
    private partial void LogUnsound(string keyId, string? fault);

    [LoggerMessage(LogLevel.Error, "The custodian did not answer a probe: {Fault}")]
    private partial void LogUnreachable(string fault);

    private sealed record Verdict(bool IsSigning, long ProbedAt);
}
