using System.Diagnostics;

namespace Serverless.Tests.Support.Faults;

/// <summary>How long something was busy with at least one of several things at once.</summary>
internal sealed class BusyTime
{
    private readonly Lock _gate = new();
    private TimeSpan _elapsed;
    private long _since;
    private int _atOnce;

    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                return _atOnce == 0 ? _elapsed : _elapsed + Stopwatch.GetElapsedTime(_since);
            }
        }
    }

    /// <summary>Measures from here, whatever is under way.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            (_elapsed, _since) = (TimeSpan.Zero, Stopwatch.GetTimestamp());
        }
    }

    public async Task<T> DuringAsync<T>(Func<Task<T>> work)
    {
        Begin();
        try
        {
            return await work();
        }
        finally
        {
            End();
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (_atOnce++ == 0)
            {
                _since = Stopwatch.GetTimestamp();
            }
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_atOnce == 0)
            {
                _elapsed += Stopwatch.GetElapsedTime(_since);
            }
        }
    }
}
