using System.Collections.Frozen;
using Serverless.Releases;
using Serverless.Signing;

namespace Serverless.Keys;

/// <summary>Every signing key that an app's devices may carry, and what it is good for. Immutable.</summary>
internal sealed class KeyStates
{
    public static readonly KeyStates None = Of([], []);

    private readonly FrozenDictionary<string, KnownKey> _keys;

    private KeyStates(FrozenDictionary<string, KnownKey> keys) => _keys = keys;

    public IEnumerable<KnownKey> All => _keys.Values;

    /// <param name="everywhere">The states for all apps.</param>
    /// <param name="ofApp">The app's own, which come first; but what is disabled for all apps is disabled.</param>
    public static KeyStates Of(IEnumerable<KnownKey> everywhere, IEnumerable<KnownKey> ofApp)
    {
        var keys = everywhere.ToDictionary(key => key.KeyId, StringComparer.Ordinal);
        foreach (var own in ofApp)
        {
            keys[own.KeyId] = keys.GetValueOrDefault(own.KeyId) switch
            {
                null => own,
                { State: KeyState.Disabled } disabled => disabled,
                var shared => own with { KnownSince = shared.KnownSince },
            };
        }

        return new KeyStates(keys.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <param name="keyId">As sent: plugins up to 8.40.7 send its first four characters only.</param>
    /// <returns>Null when no known key begins like that, or several do: nothing can tell which of them the device carries.</returns>
    public KnownKey? Find(string keyId) => IsWhole(keyId)
        ? _keys.GetValueOrDefault(keyId)
        : Fitting(keyId).Take(2).ToArray() is [var only] ? only : null;

    /// <summary>True for keys that are not known too: a release tells of keys that were active when it was signed.</summary>
    public bool IsActive(string keyId) => _keys.GetValueOrDefault(keyId) is null or { State: KeyState.Active };

    /// <summary>True for the beginning of a known key's id.</summary>
    public bool IsBeginning(string sent) => !IsWhole(sent) && Fitting(sent).Any();

    /// <summary>The form of a release that devices with this key can verify, whatever key that short an id may mean.</summary>
    /// <param name="release">The release.</param>
    /// <param name="keyId">As sent.</param>
    /// <returns>Null when there is none, its key is not active, or the id is that of other known keys too.</returns>
    public SignedForm? FormFor(Release release, string keyId) =>
        release.FormFor(keyId) is { } form && IsActive(form.KeyId) && (IsWhole(keyId) || Fitting(keyId).All(key => key.KeyId == form.KeyId)) ? form : null;

    private static bool IsWhole(string keyId) => keyId.Length >= SigningPublicKey.KeyIdLength;

    private IEnumerable<KnownKey> Fitting(string beginning) => _keys.Values.Where(key => key.KeyId.StartsWith(beginning, StringComparison.Ordinal));
}
