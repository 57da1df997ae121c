//! CoreMark: a linked list, small matrices, and a state machine, in its usual 2,000 bytes.

use coremark::list::core_list_init;
use coremark::matrix::core_init_matrix;
use coremark::state::core_init_state;
use coremark::types::{
    CoreResults, LIST_KNOWN_CRC, MATRIX_KNOWN_CRC, STATE_KNOWN_CRC, TOTAL_DATA_SIZE,
};
use coremark::util::crcu16;
use rust_guests::guest;

/// The place of the usual run among the known results.
const USUAL: usize = 3;

guest!(|| {
    let size = TOTAL_DATA_SIZE / 3;
    let mut all = CoreResults {
        seed3: 0x66,
        size,
        execs: 7,
        ..Default::default()
    };
    let mut list = core_list_init(size, 0);
    core_init_matrix(size, 0, &mut all.mat);
    all.state_mem = core_init_state(size, 0);
    move |index: u32| {
        for finder in [1, -1] {
            let crc = list.bench(&mut all, finder);
            all.crc = crcu16(crc, all.crc);
        }
        if index == 0 {
            let found = [all.crc, all.crcmatrix, all.crcstate];
            let known = [LIST_KNOWN_CRC, MATRIX_KNOWN_CRC, STATE_KNOWN_CRC].map(|crcs| crcs[USUAL]);
            assert_eq!(found, known, "the first iteration gives what is published");
        }
        all.crc
    }
});
