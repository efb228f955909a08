using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Net.Pkcs11Interop.Common;

namespace Serverless.Signing.Pkcs11;

/// <summary>
/// A bounded pool of sessions. Each call runs on a thread of its own, because a library may block for as long as it likes: the caller gets its
/// answer in time all the same, and a call that hangs keeps its session, so that no more threads hang than there are sessions.
/// </summary>
internal sealed partial class Pkcs11Sessions(Func<Pkcs11Session> open, Pkcs11Options options, TimeProvider time, ILogger logger) : IDisposable
{
    private const int Tries = 3;

    private readonly SemaphoreSlim _places = new(options.Sessions);
    private readonly ConcurrentBag<Pkcs11Session> _idle = [];
    private long _endedCalls;
    private volatile bool _isDisposed;

    /// <summary>Runs a call in a session, again in a new one where the session turns out to be lost.</summary>
    /// <exception cref="CustodianException">The token failed or did not answer in time.</exception>
    public async Task<T> UseAsync<T>(Func<Pkcs11Session, T> call, CancellationToken cancellation)
    {
        await EnterAsync(cancellation);
        var answer = Task.Factory.StartNew(() => RunAndLeave(call), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await answer.WaitAsync(options.Timeout, time, cancellation);
        }
        catch (TimeoutException e)
        {
            throw new CustodianException($"The token '{options.TokenLabel}' did not answer within {options.Timeout} (Signing:Pkcs11:Timeout).", e);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        CloseIdle();
    }

    /// <summary>Waits for a session for as long as others are at work; not where all of them hang.</summary>
    private async Task EnterAsync(CancellationToken cancellation)
    {
        long ended;
        do
        {
            ended = Interlocked.Read(ref _endedCalls);
            using var patience = new CancellationTokenSource(options.Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            try
            {
                await _places.WaitAsync(either.Token);
                return;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
            }
        }
        while (Interlocked.Read(ref _endedCalls) != ended);

        throw new CustodianException($"None of the {options.Sessions} sessions (Signing:Pkcs11:Sessions) of the token '{options.TokenLabel}' answers any more.");
    }

    private T RunAndLeave<T>(Func<Pkcs11Session, T> call)
    {
        try
        {
            return Run(call);
        }
        finally
        {
            Interlocked.Increment(ref _endedCalls);
            _places.Release();
        }
    }

    private T Run<T>(Func<Pkcs11Session, T> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            Pkcs11Session? session = null;
            try
            {
                session = _idle.TryTake(out var idle) ? idle : open();
                var result = call(session);
                Return(session);
                return result;
            }
            catch (Pkcs11Exception e) when (Pkcs11Fault.IsLost(e) && attempt < Tries)
            {
                // What took one session has taken the others too.
                LogLost(options.TokenLabel, e.RV);
                session?.Dispose();
                CloseIdle();
            }
            catch (Pkcs11Exception e)
            {
                session?.Dispose();
                throw Pkcs11Fault.Explain(e, options);
            }
        }
    }

    private void Return(Pkcs11Session session)
    {
        _idle.Add(session);
        if (_isDisposed)
        {
            CloseIdle();
        }
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    [LoggerMessage(LogLevel.Warning, "A session with the token {Token} is lost ({Reason}); opening another.")]
    private partial void LogLost(string token, CKR reason);
}
