using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Serverless.Signing.Pkcs11;

/// <summary>The token with the signing keys. Its methods block for as long as the HSM does.</summary>
internal sealed class Pkcs11Token(Pkcs11Options options)
{
    private readonly Lock _opening = new();
    private readonly Pkcs11Pin _pin = new(options);
    private readonly Pkcs11KeySearch[] _keys = [.. options.KeyLabels.Select(label => new Pkcs11KeySearch(options, label))];

    /// <summary>A session that is logged in and has found the keys.</summary>
    /// <exception cref="CustodianException">Library, token, PIN or key is missing or wrong.</exception>
    /// <exception cref="Pkcs11Exception">Anything else.</exception>
    public Pkcs11Session Open()
    {
        // One after the other, so that a wrong PIN is tried once and not by every session.
        lock (_opening)
        {
            var session = FindSlot().OpenSession(SessionType.ReadOnly);
            try
            {
                _pin.LogIn(session);
                return new Pkcs11Session(session, [.. _keys.Select(key => key.Find(session))]);
            }
            catch
            {
                Pkcs11Session.Close(session);
                throw;
            }
        }
    }

    // By label and anew each time: a token that was taken out may come back in another slot.
    private ISlot FindSlot() =>
        Pkcs11Libraries.Load(options.Library).GetSlotList(SlotsType.WithTokenPresent).Where(IsOurs).ToArray() switch
        {
            [var only] => only,
            [] => throw new CustodianException($"There is no token '{options.TokenLabel}' (Signing:Pkcs11:TokenLabel) in any slot of Signing:Pkcs11:Library."),
            var several => throw new CustodianException($"There are {several.Length} tokens '{options.TokenLabel}' (Signing:Pkcs11:TokenLabel); their labels must differ."),
        };

    private bool IsOurs(ISlot slot)
    {
        try
        {
            return slot.GetTokenInfo().Label == options.TokenLabel;
        }
        catch (Pkcs11Exception)
        {
            // A broken token in another slot is nobody's business here, and one that was just taken out is gone.
            return false;
        }
    }
}
