using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Support.Faults;

/// <summary>Something a test does to requests on their way. Ends when disposed.</summary>
public abstract class Interception : IDisposable
{
    private readonly Func<StorageRequest, bool> _match;
    private readonly Stage _stage;
    private readonly Lock _gate = new();
    private int _hits;
    private bool _ended;

    private protected Interception(Func<StorageRequest, bool> match, Stage stage)
    {
        _match = match;
        _stage = stage;
    }

    /// <summary>How many requests it has been done to.</summary>
    public int Hits => Volatile.Read(ref _hits);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether this request is one of its own; asked one request at a time, so a predicate may count.</summary>
    internal bool Claims(StorageRequest request, Stage stage)
    {
        lock (_gate)
        {
            if (_ended || stage != _stage || _hits >= Limit || !_match(request))
            {
                return false;
            }

            _hits++;
            return true;
        }
    }

    /// <summary>Does it. Answers whether the request has been answered, so that nothing else may be.</summary>
    internal abstract Task<bool> ActAsync(StorageRequest request, HttpContext context);

    private protected virtual int Limit => int.MaxValue;

    protected virtual void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _ended = true;
        }
    }
}
