using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Health;

/// <summary>
/// Asks all checks at once, each with a deadline. What they said is believed for a few seconds, so that anybody may ask as often as they like and storage is
/// asked no more often than that.
/// </summary>
internal sealed partial class Readiness(IEnumerable<IReadinessCheck> checks, TimeProvider time, ILogger<Readiness> logger) : IDisposable
{
    public static readonly TimeSpan Trust = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private readonly IReadinessCheck[] _checks = [.. checks];
    private readonly SemaphoreSlim _asking = new(1);
    private (ReadinessAnswer Answer, long At)? _last;

    public async Task<ReadinessAnswer> AskAsync(CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            if (_last is not { } last || time.GetElapsedTime(last.At) >= Trust)
            {
                // Not in the caller's time: whoever gives up first would fail the check for all who wait.
                _last = last = (ReadinessAnswer.Of(await Task.WhenAll(_checks.Select(AskAsync))), time.GetTimestamp());
            }

            return last.Answer;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private async Task<CheckAnswer> AskAsync(IReadinessCheck check)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            return CheckAnswer.Of(check.Name, await check.FindFaultAsync(deadline.Token).WaitAsync(deadline.Token));
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            return CheckAnswer.Of(check.Name, $"There was no answer within {Deadline.TotalSeconds:0} seconds.");
        }
        catch (Exception fault) when (StorageFault.IsFromStorage(fault))
        {
            LogFailed(fault, check.Name);
            return CheckAnswer.Of(check.Name, "The storage account does not do what is asked; the log says why.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The instance is not ready: {Check} failed.")]
    private partial void LogFailed(Exception fault, string check);
}
