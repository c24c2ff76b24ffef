export ETH_RPC_URL=${ETH_RPC_URL:-http://127.0.0.1:8545}
phrase="test test test test test test test test test test test junk"
export OWNER=0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266  # the phrase's first account
export TILL=0x5FbDB2315678afecb367f032d93F642f64180aa3   # what its first transaction creates

forge create Till --broadcast --mnemonic "$phrase" --constructor-args 100
forge script Open --sig "pay(uint256)" 3 --rpc-url "$ETH_RPC_URL" --broadcast --skip-simulation --mnemonics "$phrase"
cast send $TILL "pay(uint256)" 4 --mnemonic "$phrase"
cast send $TILL "pay(uint256)" 5 --unlocked --from $OWNER
cast call $TILL "total()(uint256)"
cast logs --address $TILL "Paid(address indexed,uint256)"

export LAST=5 TOTAL=109 BALANCE=$(cast balance $OWNER) NONCE=$(cast nonce $OWNER) HEIGHT=$(cast block-number)
forge test --fork-url "$ETH_RPC_URL"
