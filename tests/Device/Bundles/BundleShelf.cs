namespace Serverless.Device.Bundles;

/// <summary>Which bundles the device holds, which one runs, which one is next, and which one it falls back to.</summary>
internal sealed class BundleShelf(InstalledBundle builtin)
{
    private readonly Dictionary<string, InstalledBundle> _downloaded = new(StringComparer.Ordinal);

    public InstalledBundle Builtin { get; } = builtin;

    public InstalledBundle Running { get; private set; } = builtin;

    public InstalledBundle LastGood { get; private set; } = builtin;

    public InstalledBundle? Next { get; private set; }

    public InstalledBundle? Find(string version) => _downloaded.GetValueOrDefault(version);

    public void Queue(InstalledBundle bundle)
    {
        Keep(bundle);
        Next = bundle;
    }

    /// <summary>Makes the queued bundle the running one.</summary>
    public void Activate()
    {
        Running = Next ?? Running;
        Next = null;
    }

    /// <summary>Drops the queued bundle for want of an entry page; its folder stays, in error.</summary>
    public void RefuseNext()
    {
        Keep(Next! with { Status = BundleStatus.Error });
        Next = null;
    }

    /// <summary>Keeps a version in error, under a folder with nothing in it: it is not tried again.</summary>
    public void Condemn(string version, IBundleFolder folder) => Keep(new InstalledBundle(version, BundleStatus.Error) { Folder = folder });

    /// <summary>Deletes a downloaded bundle, and forgets that it was to be the next one.</summary>
    public void Discard(InstalledBundle bundle)
    {
        Delete(bundle);
        Next = Next?.Version == bundle.Version ? null : Next;
    }

    /// <summary>The running bundle has proven itself.</summary>
    /// <returns>The predecessor, deleted where that is wanted and it was not the builtin one.</returns>
    public InstalledBundle? Confirm(bool deletePrevious)
    {
        Running = Running with { Status = BundleStatus.Success };
        Keep(Running);
        var previous = LastGood;
        LastGood = Running;
        if (!deletePrevious || previous.IsBuiltin || previous.Version == Running.Version)
        {
            return null;
        }
        Delete(previous);
        return previous;
    }

    /// <summary>The running bundle has failed; the last good one runs again.</summary>
    public void FallBack(bool deleteFailed)
    {
        if (deleteFailed)
        {
            Delete(Running);
        }
        else
        {
            Keep(Running with { Status = BundleStatus.Error });
        }
        Running = LastGood;
    }

    private void Keep(InstalledBundle bundle)
    {
        if (!bundle.IsBuiltin)
        {
            _downloaded[bundle.Version] = bundle;
        }
    }

    private void Delete(InstalledBundle bundle)
    {
        _downloaded.Remove(bundle.Version);
        bundle.Folder?.Delete();
    }

    /// <summary>Deletes every downloaded bundle.</summary>
    public void Clear()
    {
        foreach (var bundle in _downloaded.Values.ToList())
        {
            Delete(bundle);
        }
    }
}
